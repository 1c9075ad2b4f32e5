internal import Files
internal import Foundation
internal import HDF5
internal import Layers
public import Networks
internal import Tensors

/// Reads an exported file back and proves it against its golden values.
public struct ExportCheck: Sendable, CustomStringConvertible {
  /// The file.
  public internal(set) var path: String
  /// What it is.
  public let format: ExportFormat
  /// What it says about itself.
  public let features: FeatureDescription
  /// The largest difference from the golden outputs, relative to each layer's largest value.
  public let largestDifference: Double

  /// Reads `path`, whatever format of ours it is; an error names what does not fit.
  public init(_ path: String) throws {
    self.path = path
    format = try Self.format(of: path)
    switch format {
    case .archive:
      let archive = try FeatureArchive.read(path).archive
      features = archive.description
      largestDifference = try archive.golden.prove(
        archive.trunk.outputs(archive.golden.input, of: Set(archive.trunk.names)),
        order: archive.trunk.names, file: path)
    case .pytorch:
      let file = PyTorchImport.file(in: path)
      let weights = try TensorArchive(reading: file)
      let golden = try TensorArchive(
        reading: PyTorchExport.file(PyTorchExport.golden, beside: file))
      (features, largestDifference) = try Self.prove(
        weights.metadata, file: file,
        golden: { try GoldenValues(from: golden, layers: $0) },
        tensors: {
          let found = try PyTorchImport.tensors(
            of: StateDict(weights), words: weights.metadata, for: $0)
          guard let note = found.note else { return found.archive }
          throw ArchiveError(
            file: file,
            problem: "is no longer what was exported: \(note); pigment import reads such a file")
        },
        companion: { trunk, description in
          let layout = PyTorchLayout(trunk, description.trunk)
          return (
            PyTorchExport.file(PyTorchExport.script, beside: file),
            ExtractorScript(description: description, layout: layout).text
          )
        })
    case .caffe:
      (features, largestDifference) = try Self.prove(
        try CaffeImport.words(of: path), file: path,
        golden: { try CaffeImport.golden(of: path, layers: $0) },
        tensors: {
          try CaffeImport.tensors(
            of: CaffeLayers(hdf5: path), for: $0.trunk, isBGR: $0.preprocessing.isRGB
          ).archive
        },
        companion: { trunk, description in
          (
            ExportFormat.file(CaffeExport.prototxtEnding, beside: path),
            CaffePrototxt(trunk, description).text
          )
        })
    case .onnx: (features, largestDifference) = try ONNXReader.prove(path)
    }
  }

  /// Format, trunk and difference.
  public var description: String {
    """
    \(path): \(format.rawValue), \(features.trunk.summary), \(features.layers.count) outputs
    read back strictly; its features differ from the golden ones by \
    \(largestDifference.inShort) at most
    """
  }

  /// What a file is, told by its content.
  static func format(of path: String) throws -> ExportFormat {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ArchiveError(file: path, problem: "does not exist")
    }
    if isFolder.boolValue {
      func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/\(name)")
      }
      guard holds(PyTorchExport.weights) else {
        throw ArchiveError(
          file: path,
          problem: holds("checkpoints")
            ? "is a run folder; pigment export \(path) --output FILE makes an archive of it"
            : "is a folder without \(PyTorchExport.weights)")
      }
      return .pytorch
    }
    let start = try POSIXFiles.posix.read(path, at: 0, count: 9)
    if start.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return .caffe }
    if start.count == 9, start[8] == UInt8(ascii: "{") {
      return try TensorArchive(reading: path).names.contains { $0.hasPrefix("trunk.") }
        ? .archive : .pytorch
    }
    // An ONNX model begins with its IR version: field 1, a varint.
    if start.count > 1, start[0] == 8 { return .onnx }
    if let foreign = try ForeignFormat(certainlyOf: path) {
      throw ArchiveError(
        file: path,
        problem: "is \(foreign.words), which pigment does not export; pigment import reads it")
    }
    throw ArchiveError(
      file: path,
      problem: "is no feature archive, state dict, ONNX model or HDF5 file; was it cut off?")
  }

  /// Builds the trunk that a file describes, loads it strictly, compares its features, and the
  /// text of the file that goes with it.
  private static func prove(
    _ words: [String: String], file: String, golden: ([String]) throws -> GoldenValues,
    tensors: (FeatureDescription) throws -> TensorArchive,
    companion: (Stack, FeatureDescription) throws -> (file: String, text: String)
  ) throws -> (FeatureDescription, Double) {
    guard let description = try FeatureDescription(words: words, file: file) else {
      throw ArchiveError(
        file: file,
        problem: "does not say what it holds (no '\(FeatureDescription.key)'); only exports of "
          + "pigment can be checked. pigment import reads other files")
    }
    var trunk = description.emptyTrunk()
    try trunk.load(from: try tensors(description))
    try FeatureDescription.require(trunk, asIn: words, file: file)
    let values = try golden(trunk.names)
    let (shape, side) = (values.input.shape, description.trunk.smallestSide)
    guard shape.rank == 4, shape[1] == description.trunk.inputChannels, shape[2] >= side,
      shape[3] >= side
    else {
      throw ArchiveError(
        file: file, problem: "has a golden input of shape \(shape), which the trunk does not take")
    }
    let outputs = trunk.outputs(values.input, of: Set(trunk.names))
    try description.requireLayers(of: trunk, outputs: outputs, file: file)
    let difference = try values.prove(outputs, order: trunk.names, file: file)
    // What stood beside the weights in the first format is not what is written today.
    guard description.naming == .current else { return (description, difference) }
    let (path, text) = try companion(trunk, description)
    guard String(decoding: try POSIXFiles.posix.read(path), as: UTF8.self) == text else {
      throw ArchiveError(
        file: path,
        problem: "is not the text that goes with these weights and their preprocessing; "
          + "export it again")
    }
    return (description, difference)
  }
}

extension Preprocessing {
  /// Whether the channels are red, green and blue, which Caffe has in the other order.
  var isRGB: Bool { channels == .rgb }
}
