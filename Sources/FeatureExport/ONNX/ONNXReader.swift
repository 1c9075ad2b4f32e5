internal import Files
internal import Foundation
internal import Images
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
internal import SwiftProtobuf
internal import Tensors

/// Reads ONNX models that we exported, and proves them.
enum ONNXReader {
  /// The model in a file.
  static func model(_ path: String) throws -> ONNXModel {
    let bytes = try POSIXFiles.posix.read(path)
    let model: ONNXModel
    do { model = try ONNXModel(serializedBytes: bytes) } catch {
      throw ArchiveError(
        file: path, problem: "is no ONNX model, or is cut off: \(error); export it again")
    }
    guard model.opsetImport.contains(where: { $0.domain.isEmpty && $0.version == ONNXExport.opset })
    else {
      throw ArchiveError(
        file: path,
        problem: "is not of opset \(ONNXExport.opset), the one that this program reads")
    }
    return model
  }

  /// What a model of ours says about itself, and how far its graph is from its golden values: the
  /// trunk on the golden input, and the preprocessing on a picture of noise.
  static func prove(_ path: String) throws -> (FeatureDescription, Double) {
    let model = try model(path)
    let words = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { first, _ in first }
    guard let description = try FeatureDescription(words: words, file: path) else {
      throw ArchiveError(
        file: path, problem: "does not say what it holds; only exports of pigment can be checked")
    }
    if let digest = words[ONNXExport.digestKey], digest != (try ONNXExport.digest(of: model)) {
      throw ArchiveError(
        file: path, problem: "is damaged: it is not the model it was written as; export it again")
    }
    let evaluator = try ONNXEvaluator(model.graph, file: path)
    let layers = description.layers.map(\.name)
    let golden = try GoldenValues(
      from: try TensorArchive(
        reading: ExportFormat.file(ONNXExport.goldenEnding, beside: path)), layers: layers)
    for output in model.graph.output where !layers.contains(output.name) {
      throw ArchiveError(file: path, tensor: output.name, problem: "is an output but no layer")
    }
    let difference = try golden.prove(
      try evaluator.run([ONNXExport.input: golden.input]), order: layers, file: path)
    let trunk = description.trunk.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    guard layers == trunk.names, golden.outputs.values.allSatisfy({ $0.shape.rank == 4 }) else {
      throw ArchiveError(
        file: path,
        problem: "is described with other layers than a \(description.trunk.summary) has")
    }
    try description.requireLayers(of: trunk, outputs: golden.outputs, file: path)

    var stream = RandomKey(seed: 5).stream()
    let side = description.trunk.smallestSide
    let picture = Picture(
      width: side, height: side, channels: 3,
      samples: (0..<3 * side * side).map { _ in UInt8(stream.uniform() * 255.999) })
    let pixels = (0..<3).flatMap { channel in
      stride(from: channel, to: picture.samples.count, by: 3).map {
        Float(picture.samples[$0]) / 255
      }
    }
    let found = try evaluator.run([
      ONNXExport.image: Tensor(pixels, shape: [1, 3, side, side])
    ])
    guard let input = found[ONNXExport.input] else {
      throw ArchiveError(file: path, tensor: ONNXExport.input, problem: "is computed by no node")
    }
    let expected = description.preprocessing.input(of: [picture], on: .cpu)
    guard input.shape == expected.shape, relativeDifference(input, expected) <= 1e-4 else {
      throw ArchiveError(
        file: path, tensor: ONNXExport.input,
        problem: "is not what \(description.preprocessing.channels.rawValue) preprocessing gives")
    }
    return (description, max(difference, relativeDifference(input, expected)))
  }
}
