internal import ColorScience
public import Images
public import Networks
internal import Training

/// The pictures that a task gives back: their channels, their size, and how a network's output
/// stands for them.
public struct PixelCanvas: Sendable {
  /// How a picture becomes the trunk's input, and the target too.
  public let preprocessing: Preprocessing
  /// How outputs stand for pixels.
  public let blocks: PixelBlocks

  /// A canvas for crops of `size` x `size`; throws where the trunk's output does not cover them.
  public init(_ channels: Preprocessing.Channels, size: Int, trunk: TrunkConfiguration) throws {
    try trunk.requireDense(size: size)
    preprocessing = Preprocessing(channels, size: size)
    blocks = PixelBlocks(channels: channels.count, size: size, side: trunk.denseStride)
  }

  /// What a difference of 1 in each channel of the input is, as a share of the channel's range: 100
  /// for L, 220 for a and b, 1 otherwise.
  var shares: [Double] {
    let ranges: [Double] =
      switch preprocessing.channels {
      case .lightness: [100]
      case .ab: [220, 220]
      case .lab: [100, 220, 220]
      case .gray: [1]
      case .rgb: [1, 1, 1]
      }
    return zip(preprocessing.scale, ranges).map { 1 / ($0 * $1) }
  }

  /// Planes of the network's input or output as a picture; those of lightness alone are gray, those
  /// of a and b alone have lightness 65.
  ///
  /// - Shapes: [channels, size, size].
  public func picture(of planes: [Float]) -> Picture {
    let size = preprocessing.size
    let area = size * size
    let values = (0..<preprocessing.channels.count).map { channel in
      let (mean, scale) = (Float(preprocessing.mean[channel]), Float(preprocessing.scale[channel]))
      return planes[channel * area..<(channel + 1) * area].map { $0 / scale + mean }
    }
    func constant(_ value: Float) -> [Float] { [Float](repeating: value, count: area) }
    let samples: [UInt8] =
      switch preprocessing.channels {
      case .lightness:
        LabPlanes(lightness: values[0], a: constant(0), b: constant(0)).rgb
      case .ab: LabPlanes(lightness: constant(65), a: values[0], b: values[1]).rgb
      case .lab: LabPlanes(lightness: values[0], a: values[1], b: values[2]).rgb
      case .gray, .rgb:
        (0..<3 * area).map { at in
          let value = values[values.count == 1 ? 0 : at % 3][at / 3]
          return UInt8(max(0, min(255, (value * 255).rounded())))
        }
      }
    return Picture(width: size, height: size, channels: 3, samples: samples)
  }
}
