internal import Foundation
public import Images
public import Randomness

/// How a picture and its mask are scaled, cut and mirrored: one window, interpolated for the
/// picture and taken from the nearest pixel for the mask.
///
/// Everything is drawn from the key it is given, so a sample depends on (seed, epoch, record)
/// alone.
public struct SegmentationAugmentation: Codable, Hashable, Sendable {
  /// Pictures whose longer side exceeds this are reduced to it; 0 leaves them as they are.
  public var longestSide: Int = 0
  /// The smallest factor that a picture is scaled by.
  public var minimumScale: Double = 1
  /// The largest factor that a picture is scaled by.
  public var maximumScale: Double = 1
  /// The side of the square that is cut from what is larger; 0 takes whole pictures.
  public var crop: Int = 0
  /// Whether half of the samples are mirrored.
  public var mirrors: Bool = true

  /// Whole pictures, half of them mirrored, as FCN takes them.
  public init() {}

  /// A sample of training, drawn from `key`. Traps where picture and mask differ in size.
  public func sample(
    from picture: Picture, mask: Picture, key: RandomKey
  ) -> (picture: Picture, mask: Picture) {
    precondition(
      picture.width == mask.width && picture.height == mask.height,
      """
      SegmentationAugmentation: a mask of \(mask.width) x \(mask.height) for a picture of \
      \(picture.width) x \(picture.height)
      """)
    var stream = key.stream()
    // Uniform in the logarithm, so that halving and doubling are alike.
    let octaves = log2(maximumScale / minimumScale)
    let scale = minimumScale * exp2(stream.uniform() * octaves)
    let (whole, isMirrored) = (size(of: picture, scaledBy: scale), mirrors && stream.chance(0.5))
    let across = Span(picture.width, whole.width, crop: crop, at: stream.uniform())
    let down = Span(picture.height, whole.height, crop: crop, at: stream.uniform())
    func cut(_ picture: Picture, _ filter: ResizeFilter) -> Picture {
      picture.croppedAndResized(
        x: across.start, y: down.start, width: across.length, height: down.length,
        toWidth: across.pixels, toHeight: down.pixels, mirrored: isMirrored, filter: filter)
    }
    return (cut(picture, .bilinear), cut(mask, .nearest))
  }

  /// The size of the smallest sample of a picture.
  func leastSize(of size: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let longest = Double(max(size.width, size.height))
    let factor = minimumScale * (longestSide > 0 ? min(1, Double(longestSide) / longest) : 1)
    func least(_ side: Int) -> Int {
      let scaled = max(1, Int((Double(side) * factor).rounded(.down)))
      return crop > 0 ? min(crop, scaled) : scaled
    }
    return (least(size.width), least(size.height))
  }

  /// The sample of evaluation: the whole picture, reduced where its longer side is too long.
  public func whole(_ picture: Picture) -> Picture {
    let (width, height) = size(of: picture, scaledBy: 1)
    if width == picture.width && height == picture.height { return picture }
    return picture.resized(width: width, height: height)
  }

  private func size(of picture: Picture, scaledBy scale: Double) -> (width: Int, height: Int) {
    let longest = Double(max(picture.width, picture.height))
    let factor = scale * (longestSide > 0 ? min(1, Double(longestSide) / longest) : 1)
    func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * factor).rounded())) }
    return (scaled(picture.width), scaled(picture.height))
  }

  /// A window along one axis: where it begins in the picture, how long it is there, and how many
  /// pixels it becomes.
  private struct Span {
    let start, length: Double
    let pixels: Int

    init(_ side: Int, _ scaled: Int, crop: Int, at place: Double) {
      pixels = crop > 0 ? min(crop, scaled) : scaled
      let ratio = Double(side) / Double(scaled)
      start = (place * Double(scaled - pixels + 1)).rounded(.down) * ratio
      length = min(Double(pixels) * ratio, Double(side) - start)
    }
  }
}
