internal import Images
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// The golden values beside an ONNX model: `image`, which can be fed to it, `input`, what the trunk
/// sees of that, and `output.LAYER`, what every layer then gives.
struct ONNXGolden {
  /// sRGB from 0 to 1, [1, 3, side, side]; nil in files of version 0.1, whose input came from no
  /// picture.
  let image: Tensor?
  /// The trunk's input and outputs.
  let values: GoldenValues

  /// Those of a picture of keyed noise, of the smallest side that the trunk takes.
  init(_ archive: FeatureArchive) {
    let description = archive.description
    let picture = Self.noise(side: description.trunk.smallestSide)
    image = Self.image(of: picture)
    values = GoldenValues(
      of: archive.trunk, input: description.preprocessing.input(of: [picture], on: .cpu))
  }

  /// Reads the file beside a model.
  init(reading path: String, layers: [String]) throws {
    let file = try TensorArchive(reading: path)
    image = file[ONNXExport.image] == nil ? nil : try file.tensor(ONNXExport.image, on: .cpu)
    values = try GoldenValues(from: file, layers: layers)
  }

  /// Writes the file beside a model.
  func write(to path: String) throws {
    var file = TensorArchive(metadata: ["format": "pt"], source: path)
    if let image { file.add(ONNXExport.image, image) }
    values.save(into: &file)
    try file.write(to: path)
  }

  /// The picture that `image` holds; an error where it is none.
  func picture(file: String) throws(ArchiveError) -> Picture? {
    guard let image else { return nil }
    let shape = image.shape
    guard shape.rank == 4, shape[0] == 1, shape[1] == 3,
      image.floats.allSatisfy({ (0...1).contains($0) })
    else {
      throw ArchiveError(
        file: file, tensor: ONNXExport.image, problem: "is no sRGB picture [1, 3, height, width]")
    }
    let (values, plane) = (image.floats, shape.plane)
    return Picture(
      width: shape[3], height: shape[2], channels: 3,
      samples: (0..<3 * plane).map { UInt8((values[$0 % 3 * plane + $0 / 3] * 255).rounded()) })
  }

  /// A picture of keyed noise.
  static func noise(side: Int) -> Picture {
    var stream = RandomKey(seed: 5).stream()
    return Picture(
      width: side, height: side, channels: 3,
      samples: (0..<3 * side * side).map { _ in UInt8(stream.uniform() * 255.999) })
  }

  /// A picture as the model takes it.
  static func image(of picture: Picture) -> Tensor {
    let values = (0..<3).flatMap { channel in
      stride(from: channel, to: picture.samples.count, by: 3).map {
        Float(picture.samples[$0]) / 255
      }
    }
    return Tensor(values, shape: [1, 3, picture.height, picture.width])
  }
}
