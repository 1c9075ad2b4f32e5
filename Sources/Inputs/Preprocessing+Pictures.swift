internal import ColorScience
public import Images
public import Networks
public import Tensors

extension Preprocessing {
  /// The input that a picture becomes: its channels one after another, row by row,
  /// [channels, height, width].
  public func planes(of picture: Picture) -> [Float] {
    let rgb = picture.withThreeChannels()
    switch channels {
    case .lightness, .ab, .lab:
      let lab = LabPlanes(rgb: rgb.samples)
      return switch channels {
      case .lightness: normalized([lab.lightness])
      case .ab: normalized([lab.a, lab.b])
      default: normalized([lab.lightness, lab.a, lab.b])
      }
    case .rgb: return normalized((0..<3).map { rgb.plane($0) })
    case .gray: return normalized([Luma.plane(rgb: (0..<3).map { rgb.plane($0) })])
    }
  }

  /// The input [n, channels, height, width] of pictures of equal size.
  public func input(of pictures: [Picture], on device: Device) -> Tensor {
    precondition(
      !pictures.isEmpty
        && pictures.allSatisfy {
          $0.width == pictures[0].width && $0.height == pictures[0].height
        }, "Preprocessing: no pictures, or of unequal sizes")
    return Tensor(
      pictures.flatMap { planes(of: $0) },
      shape: [pictures.count, channels.count, pictures[0].height, pictures[0].width], on: device)
  }

  /// Planes in the units of `channels`, shifted, scaled and laid one after another.
  ///
  /// - Shapes: [channels][pixels] to [channels, pixels].
  public func normalized(_ planes: [[Float]]) -> [Float] {
    precondition(
      planes.count == channels.count, "Preprocessing: \(planes.count) planes for \(channels)")
    return zip(planes, zip(mean, scale)).flatMap { plane, terms in
      let (mean, scale) = (Float(terms.0), Float(terms.1))
      return plane.map { ($0 - mean) * scale }
    }
  }
}

extension Picture {
  /// One channel of an interleaved picture, 0 to 1.
  fileprivate func plane(_ channel: Int) -> [Float] {
    stride(from: channel, to: samples.count, by: channels).map { Float(samples[$0]) / 255 }
  }
}
