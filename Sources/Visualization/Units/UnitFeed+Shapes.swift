internal import Images
internal import Layers
internal import Networks
internal import Tensors

extension UnitFeed.Sample {
  /// The shape of the input that it is, a batch of one.
  func shape(_ archive: FeatureArchive) -> Shape {
    [1, archive.description.preprocessing.channels.count, picture.height, picture.width]
  }
}

extension FeatureArchive {
  /// Throws where pictures of this shorter side are too small for one of the layers.
  func requireRoom(_ size: Int, for layers: [String], file: String) throws {
    for name in layers where !trunk.hasRoom(name, size: size) {
      throw ArchiveError(
        file: file,
        problem: """
          cannot take pictures of \(size) pixels: they leave no place for a window of \(name); \
          give a larger --size
          """)
    }
  }
}

extension Stack {
  /// The device that its tensors live on; the CPU where it has none.
  var device: Device { tensors.first?.tensor.device ?? .cpu }

  /// Whether the windows of every layer through `name` fit into a square of this size.
  func hasRoom(_ name: String, size: Int) -> Bool {
    var side = size
    for stage in through(name).stages {
      switch stage.layer {
      case let layer as Convolution:
        let p = layer.parameters
        let rest = side + 2 * p.padding.height - p.dilation.height * (layer.weight.shape[2] - 1) - 1
        guard rest >= 0 else { return false }
        side = rest / p.stride.height + 1
      case let layer as MaxPooling:
        guard side + 2 * layer.parameters.padding.height >= layer.parameters.window.height else {
          return false
        }
        side = layer.parameters.outputShape(input: [1, 1, side, side])[2]
      default: break
      }
    }
    return side > 0
  }
}

extension Picture {
  /// The sample of a one-channel picture under the center of an output, or 255 where that lies
  /// outside.
  func sample(under geometry: Geometry, row: Int, column: Int) -> UInt8 {
    let y = Int((geometry.offset + Double(row) * geometry.stride).rounded())
    let x = Int((geometry.offset + Double(column) * geometry.stride).rounded())
    guard (0..<height).contains(y), (0..<width).contains(x) else { return 255 }
    return samples[y * width + x]
  }
}
