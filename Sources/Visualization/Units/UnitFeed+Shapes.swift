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
    through(name).outputSize(of: Pair(size)) != nil
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
