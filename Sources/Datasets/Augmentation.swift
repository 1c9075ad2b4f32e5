public import Images
public import Randomness

/// The random window that a training sample is cut from, and how large it becomes.
///
/// Everything is drawn from the key it is given, so a sample depends on (seed, epoch, index) alone.
public struct Augmentation: Codable, Hashable, Sendable {
  /// Columns and rows of the result.
  public var size: Int = 176
  /// The window's area as a share of the picture's, drawn uniformly from [`minimumArea`, 1].
  public var minimumArea: Double = 0.5
  /// The window's width over height, drawn from [1 / this, this].
  public var maximumAspect: Double = 4 / 3
  /// Whether half of the samples are mirrored.
  public var mirrors: Bool = true
  /// Changes of exposure; none by default.
  public var photometric: Photometric = .init()

  /// The window of the released training, with some freedom of scale.
  public init() {}

  /// A window drawn from `key` out of a picture, at `size` x `size`.
  ///
  /// - Source: the random resized crop of Szegedy et al. 2015 (Inception), which torchvision has
  ///   too.
  public func sample(from picture: Picture, key: RandomKey) -> Picture {
    var stream = key.stream()
    let (width, height) = (Double(picture.width), Double(picture.height))
    let area = stream.uniform(in: minimumArea..<1.000_001) * width * height
    let exponent = stream.uniform(in: -1..<1)
    let aspect =
      exponent >= 0 ? 1 + exponent * (maximumAspect - 1) : 1 / (1 - exponent * (maximumAspect - 1))
    let cropWidth = min(width, (area * aspect).squareRoot())
    let cropHeight = min(height, (area / aspect).squareRoot())
    let x = stream.uniform() * (width - cropWidth)
    let y = stream.uniform() * (height - cropHeight)
    let sample = picture.croppedAndResized(
      x: x, y: y, width: cropWidth, height: cropHeight, toWidth: size, toHeight: size,
      mirrored: mirrors && stream.chance(0.5))
    // Drawn last, so that windows are the same with and without it.
    return photometric.isNone ? sample : sample.sent(through: photometric.curve(from: &stream))
  }

  /// The largest centered square at `size` x `size`: the sample of evaluation.
  public func center(of picture: Picture) -> Picture {
    let side = Double(min(picture.width, picture.height))
    return picture.croppedAndResized(
      x: (Double(picture.width) - side) / 2, y: (Double(picture.height) - side) / 2, width: side,
      height: side, toWidth: size, toHeight: size)
  }

  /// The size that decoding need not exceed: where the smallest window still has full resolution.
  public var sufficientSize: Int { Int((Double(size) / minimumArea.squareRoot()).rounded(.up)) }
}
