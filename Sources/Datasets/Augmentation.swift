public import Images
public import Randomness

/// The random window that a training sample is cut from, and how large it becomes.
///
/// Everything is drawn from the key it is given, so a sample depends on (seed, epoch, index) alone.
public struct Augmentation: Codable, Hashable, Sendable {
  /// Columns and rows of the result.
  public var size: Int = 176
  /// Rows and columns that a picture is squashed to before a window of `size` is cut out of it, at
  /// a place drawn uniformly: 256 in the released training, where `size` is 176. With 0 the window
  /// is random in area and aspect instead.
  public var squashedTo: Int = 0
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

  /// What is wrong with these settings; nil where nothing is.
  public var problem: String? {
    if size < 16 { return "size must be at least 16, it is \(size)" }
    if squashedTo != 0 && squashedTo < size {
      return "squashedTo must be 0 or at least size (\(size)), it is \(squashedTo)"
    }
    if !(minimumArea > 0 && minimumArea <= 1) {
      return "minimumArea must lie in 0...1 and not be 0, it is \(minimumArea)"
    }
    if !(maximumAspect >= 1) { return "maximumAspect must be at least 1, it is \(maximumAspect)" }
    return photometric.problem.map { "photometric.\($0)" }
  }

  /// A window drawn from `key` out of a picture, at `size` x `size`.
  ///
  /// - Source: the random resized crop of Szegedy et al. 2015 (Inception), which torchvision has
  ///   too; with `squashedTo` the crop of Caffe's data layer on pictures of that size.
  public func sample(from picture: Picture, key: RandomKey) -> Picture {
    var stream = key.stream()
    let (width, height) = (Double(picture.width), Double(picture.height))
    let window = squashedTo > 0 ? fixedWindow(width, height) : window(width, height, &stream)
    let x = stream.uniform() * (width - window.width)
    let y = stream.uniform() * (height - window.height)
    let sample = picture.croppedAndResized(
      x: x, y: y, width: window.width, height: window.height, toWidth: size, toHeight: size,
      mirrored: mirrors && stream.chance(0.5))
    // Drawn last, so that windows are the same with and without it.
    return photometric.isNone ? sample : sample.sent(through: photometric.curve(from: &stream))
  }

  /// The window that is `size` of `squashedTo` rows and columns.
  private func fixedWindow(_ width: Double, _ height: Double) -> (width: Double, height: Double) {
    let share = Double(size) / Double(squashedTo)
    return (width * share, height * share)
  }

  /// A window of random area and aspect.
  private func window(
    _ width: Double, _ height: Double, _ stream: inout RandomStream
  ) -> (width: Double, height: Double) {
    let area = stream.uniform(in: minimumArea..<1.000_001) * width * height
    let exponent = stream.uniform(in: -1..<1)
    let aspect =
      exponent >= 0 ? 1 + exponent * (maximumAspect - 1) : 1 / (1 - exponent * (maximumAspect - 1))
    return (
      min(width, (area * aspect).squareRoot()), min(height, (area / aspect).squareRoot())
    )
  }

  /// The largest centered square at `size` x `size`: the sample of evaluation, for which pictures
  /// are decoded whole.
  public func center(of picture: Picture) -> Picture {
    let side = Double(min(picture.width, picture.height))
    return picture.croppedAndResized(
      x: (Double(picture.width) - side) / 2, y: (Double(picture.height) - side) / 2, width: side,
      height: side, toWidth: size, toHeight: size)
  }

  /// At which size pictures are decoded to take samples from: JPEG files at 1/2, 1/4 or 1/8 where
  /// the smallest window still has full resolution then. Only training does so; centers are taken
  /// from pictures that are decoded whole.
  public var decodingSize: DecodingSize {
    .reduced(
      toSide: squashedTo > 0
        ? squashedTo : Int((Double(size) / minimumArea.squareRoot()).rounded(.up)))
  }
}
