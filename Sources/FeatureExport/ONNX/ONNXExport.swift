internal import Files
internal import Foundation
internal import Layers
internal import Networks
internal import SwiftProtobuf
internal import Tensors

/// A feature archive as an ONNX model of opset 13: from sRGB pictures to features.
///
/// The input `image` is [n, 3, height, width], sRGB from 0 to 1. The value `input` is what the
/// trunk sees, every output of a layer has its name, and those asked for are outputs of the model.
struct ONNXExport {
  static let image = "image"
  static let input = "input"
  static let (irVersion, opset): (Int64, Int64) = (7, 13)

  let archive: FeatureArchive
  let outputs: [String]

  /// The export of an archive to `path` with these layers as outputs, `all` of them, or its last
  /// one; an error names a layer that there is not.
  init(_ archive: FeatureArchive, outputs: [String], path: String) throws(ArchiveError) {
    let names = archive.trunk.names
    self.archive = archive
    var wanted: Set<String> = []
    for name in outputs {
      if name == FormatOptions.all {
        wanted.formUnion(names)
      } else {
        do { wanted.insert(try archive.trunk.layer(called: name)) } catch {
          throw ArchiveError(file: path, problem: "cannot be written: the trunk has \(error)")
        }
      }
    }
    self.outputs = wanted.isEmpty ? [names.last!] : names.filter(wanted.contains)
  }

  func write(to path: String) throws {
    let data = try model().serializedData() as Data
    try ONNXGolden(archive).write(to: Self.goldenFile(beside: path))
    try AtomicFile.write([UInt8](data), to: path)
  }

  /// The golden values beside a model: `features.onnx.golden.safetensors`.
  static func goldenFile(beside path: String) -> String { path + goldenEnding }

  static let goldenEnding = ".golden.safetensors"

  func model() throws -> ONNXModel {
    let description = archive.description
    var builder = ONNXBuilder()
    builder.input(Self.image, channels: 3)
    builder.addPreprocessing(description.preprocessing, from: Self.image, to: Self.input)
    builder.add(archive.trunk, from: Self.input)
    for layer in description.layers where outputs.contains(layer.name) {
      builder.output(layer.name, channels: layer.channels)
    }
    var graph = builder.graph
    graph.name = description.trunk.summary
    var operators = ONNXOperatorSet()
    operators.domain = ""
    operators.version = Self.opset
    var model = ONNXModel()
    model.irVersion = Self.irVersion
    model.producerName = "pigment"
    model.producerVersion = description.provenance.git
    model.opsetImport = [operators]
    model.graph = graph
    model.docString =
      "Features of \(description.provenance.task). Input: sRGB pictures from 0 to 1, [n, 3, h, w]. "
      + "Beside it: 'image', which can be fed, and 'output.NAME', what the outputs then are."
    var words = try description.words(for: archive.trunk)
    words["preprocessing"] =
      "in the graph: \(description.preprocessing.channels.rawValue), "
      + "mean \(description.preprocessing.mean), scale \(description.preprocessing.scale)"
    model.metadataProps = words.sorted { $0.key < $1.key }.map { key, value in
      var entry = ONNXEntry()
      (entry.key, entry.value) = (key, value)
      return entry
    }
    var seal = ONNXEntry()
    (seal.key, seal.value) = (Self.digestKey, try Self.digest(of: model))
    model.metadataProps.append(seal)
    return model
  }

  /// The key of the digest of all else in the model: what a graph computes is more than weights.
  static let digestKey = "pigment.model.sha256"

  /// The SHA-256 of a model without the entry that names it.
  static func digest(of model: ONNXModel) throws -> String {
    var bare = model
    bare.metadataProps.removeAll { $0.key == digestKey }
    return Digest.hexadecimal([UInt8](try bare.serializedData() as Data))
  }
}
