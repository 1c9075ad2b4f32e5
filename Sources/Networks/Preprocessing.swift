/// How a picture becomes a network's input: which channels, and how each is shifted and scaled.
public struct Preprocessing: Codable, Sendable, Hashable {
  /// What the input channels are.
  public enum Channels: String, Codable, Sendable, CaseIterable {
    /// CIE L, 0 to 100 (D65, from sRGB).
    case lightness
    /// CIE a and b, about -110 to 110.
    case ab
    /// CIE L, a and b.
    case lab
    /// Luma of sRGB (ITU-R BT.601), 0 to 1.
    case gray
    /// sRGB, 0 to 1.
    case rgb

    /// The number of channels.
    public var count: Int {
      switch self {
      case .lightness, .gray: 1
      case .ab: 2
      case .lab, .rgb: 3
      }
    }
  }

  /// What the input channels are.
  public var channels: Channels
  /// Subtracted from each channel first.
  public var mean: [Double]
  /// Multiplied to each channel then.
  public var scale: [Double]
  /// The square side the network was trained with, in pixels.
  public var size: Int

  /// The largest `size`.
  public static let largestSize = 8192

  /// Why no picture can be prepared so; nil where one can. Ask before use of what comes from files.
  public var problem: String? {
    if mean.count != channels.count || scale.count != channels.count {
      return "has \(mean.count) means and \(scale.count) scales for the \(channels.count) channels "
        + "of \(channels.rawValue)"
    }
    if !mean.allSatisfy(\.isFinite) || !scale.allSatisfy({ $0.isFinite && $0 != 0 }) {
      return "has means \(mean) and scales \(scale); they are finite, and no scale is zero"
    }
    if !(1...Self.largestSize).contains(size) {
      return "has pictures of \(size) pixels; they have 1 to \(Self.largestSize)"
    }
    return nil
  }

  /// Channels with given shifts and scales; traps when there is not one of each per channel.
  public init(_ channels: Channels, mean: [Double], scale: [Double], size: Int) {
    precondition(
      mean.count == channels.count && scale.count == channels.count,
      "Preprocessing: \(mean.count) means, \(scale.count) scales for \(channels.count) channels")
    self.channels = channels
    self.mean = mean
    self.scale = scale
    self.size = size
  }

  /// The side that pictures are given where a network learned from whole ones of any size.
  public static let usualSize = 224

  /// The same for pictures of a size that a trunk takes: `usualSize` where it is 0 (any), and not
  /// less than the trunk's smallest.
  public func sized(for trunk: TrunkConfiguration) -> Preprocessing {
    var copy = self
    copy.size = max(size > 0 ? size : Self.usualSize, trunk.smallestSide)
    return copy
  }

  /// The usual shifts and scales: (L - 50) / 100 and ab / 110 (richzhang/colorization's PyTorch
  /// release), the means and deviations of ImageNet for RGB (torchvision) and for luma.
  public init(_ channels: Channels, size: Int) {
    let (mean, scale): ([Double], [Double]) =
      switch channels {
      case .lightness: ([50], [0.01])
      case .ab: ([0, 0], [1 / 110, 1 / 110])
      case .lab: ([50, 0, 0], [0.01, 1 / 110, 1 / 110])
      case .gray: ([0.449], [1 / 0.226])
      case .rgb: ([0.485, 0.456, 0.406], [1 / 0.229, 1 / 0.224, 1 / 0.225])
      }
    self.init(channels, mean: mean, scale: scale, size: size)
  }
}
