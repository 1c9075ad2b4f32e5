internal import Files
internal import Foundation
internal import Images
internal import Inputs
internal import Layers
internal import Networks
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
    let goldenFile = ExportFormat.file(ONNXExport.goldenEnding, beside: path)
    let stored = try ONNXGolden(reading: goldenFile, layers: layers)
    let golden = stored.values
    for output in model.graph.output where !layers.contains(output.name) {
      throw ArchiveError(file: path, tensor: output.name, problem: "is an output but no layer")
    }
    let difference = try golden.prove(
      try evaluator.run([ONNXExport.input: golden.input]), order: layers, file: path)
    let trunk = description.emptyTrunk()
    guard layers == trunk.names, golden.outputs.values.allSatisfy({ $0.shape.rank == 4 }) else {
      throw ArchiveError(
        file: path,
        problem: "is described with other layers than a \(description.trunk.summary) has")
    }
    try description.requireLayers(of: trunk, outputs: golden.outputs, file: path)

    let picture =
      try stored.picture(file: goldenFile) ?? ONNXGolden.noise(side: description.trunk.smallestSide)
    let found = try evaluator.run([ONNXExport.image: ONNXGolden.image(of: picture)])
    if stored.image != nil { try golden.prove(found, order: layers, file: path) }
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
