public import ColorScience
public import Images
public import Networks

/// Which channels of a picture a cross-channel encoder sees, and which it predicts from them.
///
/// The three pairs are configurations of one thing: nothing but this file knows which is which.
/// - Source: L to ab is Zhang, Isola & Efros, ECCV 2016; both directions are those of the same
///   authors' split-brain autoencoder, CVPR 2017; gray to RGB is what Larsson et al. and many
///   others color.
public enum ChannelPair: String, Codable, Sendable, CaseIterable {
  /// CIE L to CIE a and b: colorization.
  case lightnessToAB = "L-ab"
  /// CIE a and b to CIE L: the color says how light it is.
  case abToLightness = "ab-L"
  /// Luma to sRGB.
  case grayToRGB = "gray-rgb"

  /// What the network sees.
  public var input: Preprocessing.Channels {
    switch self {
    case .lightnessToAB: .lightness
    case .abToLightness: .ab
    case .grayToRGB: .gray
    }
  }

  /// What it predicts.
  public var target: Preprocessing.Channels {
    switch self {
    case .lightnessToAB: .ab
    case .abToLightness: .lightness
    case .grayToRGB: .rgb
    }
  }

  /// The planes of a picture, in the natural units of `Preprocessing.Channels`.
  ///
  /// - Shapes: [pixels] for each channel.
  public func planes(of crop: Picture) -> (input: [[Float]], target: [[Float]], lab: LabPlanes) {
    let lab = LabPlanes(rgb: crop.samples)
    switch self {
    case .lightnessToAB: return ([lab.lightness], [lab.a, lab.b], lab)
    case .abToLightness: return ([lab.a, lab.b], [lab.lightness], lab)
    case .grayToRGB:
      let rgb = (0..<3).map { channel in
        stride(from: channel, to: crop.samples.count, by: 3).map { Float(crop.samples[$0]) / 255 }
      }
      return ([Luma.plane(rgb: rgb)], rgb, lab)
    }
  }

  /// The picture that input planes and predicted target planes make together, 3 channels.
  public func picture(
    input: [[Float]], target: [[Float]], width: Int, height: Int
  ) -> Picture {
    let samples: [UInt8] =
      switch self {
      case .lightnessToAB: LabPlanes(lightness: input[0], a: target[0], b: target[1]).rgb
      case .abToLightness: LabPlanes(lightness: target[0], a: input[0], b: input[1]).rgb
      case .grayToRGB:
        (0..<width * height * 3).map { at in
          UInt8(max(0, min(255, (target[at % 3][at / 3] * 255).rounded())))
        }
      }
    return Picture(width: width, height: height, channels: 3, samples: samples)
  }

  /// What the network sees, as a picture: the target replaced by one color, the middle of its
  /// range.
  public func inputPicture(_ input: [[Float]], width: Int, height: Int) -> Picture {
    let count = width * height
    let target: [[Float]] =
      switch self {
      case .lightnessToAB: [.init(repeating: 0, count: count), .init(repeating: 0, count: count)]
      case .abToLightness: [.init(repeating: 65, count: count)]
      case .grayToRGB: [input[0], input[0], input[0]]
      }
    return picture(input: input, target: target, width: width, height: height)
  }
}
