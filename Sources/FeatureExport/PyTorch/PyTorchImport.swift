internal import Foundation
internal import Layers
internal import Networks
internal import Tensors

/// Reads state dicts in safetensors files: torchvision's names, ours, or those of the released
/// PyTorch port of ECCV16.
enum PyTorchImport {
  /// The state dict in a folder that we exported, or the file itself.
  static func file(in path: String) -> String {
    var isFolder: ObjCBool = false
    let isPresent = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return isPresent && isFolder.boolValue ? "\(path)/\(PyTorchExport.weights)" : path
  }

  /// The tensors of a state dict of ours, which says `words` of itself, under our names.
  static func tensors(
    of file: StateDict, words: [String: String], for description: FeatureDescription
  ) throws -> ImportedTensors {
    let torchvision = description.trunk.torchvision
    let hasClassifier = words["classifier"] != nil
    return try tensors(of: file, for: description.trunk) {
      hasClassifier && torchvision?.isClassifier($0) == true
    }
  }

  /// The tensors of a state dict under our names, in float32; counts of batches, and names for
  /// which `isIgnored` holds, are left out.
  ///
  /// A tensor that is missing, left over, or of another shape is an error that has its name in the
  /// file and ours, and so is one of numbers that are not read.
  static func tensors(
    of file: StateDict, for configuration: TrunkConfiguration, isIgnored: (String) -> Bool
  ) throws(ArchiveError) -> ImportedTensors {
    let trunk = configuration.emptyTrunk
    let theirs = names(of: trunk, configuration, in: file)
    let known = Set(theirs.values)
    for entry in file.tensors where !known.contains(entry.name) && !isIgnored(entry.name) {
      if entry.isCount { continue }
      throw ArchiveError(
        file: file.source, tensor: entry.name, problem: leftOver(entry.name, configuration))
    }
    var result = ImportedTensors(TensorArchive(source: file.source))
    for named in trunk.tensors {
      let name = theirs[named.name]!
      let here = name == named.name ? "" : " (\(named.name) here)"
      func failure(_ problem: String) -> ArchiveError {
        .init(file: file.source, tensor: name, problem: problem)
      }
      guard let entry = file[name] else { throw failure("is missing\(here)") }
      guard entry.shape == named.tensor.shape.sizes else {
        throw failure("has shape \(entry.shape), the model wants \(named.tensor.shape)\(here)")
      }
      guard entry.type.hasSinglePrecision, let single = try file.entry(entry).inSinglePrecision
      else {
        throw failure(
          "is \(entry.type.rawValue), which is not read\(here); convert the file to F32")
      }
      result.add(
        single.renamed(named.name), from: entry.type.rawValue, isFloat32: entry.type == .f32)
    }
    return result
  }

  /// Whether a state dict has a gain or an offset of a normalization of this trunk.
  static func hasGains(_ file: StateDict, _ configuration: TrunkConfiguration) -> Bool {
    guard let affine = configuration.withGains else { return false }
    let trunk = affine.emptyTrunk
    let theirs = names(of: trunk, affine, in: file)
    return trunk.tensors.contains {
      [.scale, .shift].contains($0.role) && file[theirs[$0.name]!] != nil
    }
  }

  /// What is wrong with a tensor that is none of the trunk's, and the remedy.
  private static func leftOver(_ name: String, _ configuration: TrunkConfiguration) -> String {
    let what = "is not a tensor of a \(configuration.summary)"
    if name.hasSuffix(".running_mean") || name.hasSuffix(".running_var"),
      !configuration.batchNormalization
    {
      return what + ": the file has batch normalization; leave --no-batch-normalization out"
    }
    return what + "; if it belongs to a head, --ignore PREFIX leaves it out"
  }

  /// How a file names the tensors of a trunk: our name to the file's.
  private static func names(
    of trunk: Stack, _ configuration: TrunkConfiguration, in file: StateDict
  ) -> [String: String] {
    let ways = names(of: trunk, configuration)
    return ways.first { $0.values.contains { file[$0] != nil } } ?? ways[0]
  }

  /// The ways to name the tensors of a trunk: our name to the file's. torchvision's names, or those
  /// of a release, stand beside ours.
  static func names(of trunk: Stack, _ configuration: TrunkConfiguration) -> [[String: String]] {
    let layout = PyTorchLayout(trunk, configuration)
    var first: [String: String] = [:]
    for module in layout.modules {
      guard let layer = module.layer else { continue }
      for named in trunk[layer].tensors {
        first["\(layer).\(named.name)"] = layout.name(of: named.name, in: layer)
      }
    }
    let plain = Dictionary(uniqueKeysWithValues: first.keys.map { ($0, $0) })
    guard let released = configuration.architecture.trunk.releasedName else {
      return [first, plain]
    }
    return [plain, Dictionary(uniqueKeysWithValues: plain.keys.map { ($0, released($0)) })]
  }
}

extension StateDict.Tensor {
  /// Whether it counts the batches that a normalization has seen. Of any type: who converts weights
  /// often converts these, too.
  var isCount: Bool { name.hasSuffix(".num_batches_tracked") && shape.allSatisfy { $0 == 1 } }
}
