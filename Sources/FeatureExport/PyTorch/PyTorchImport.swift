internal import Foundation
internal import Layers
internal import Networks
internal import Randomness
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

  /// The tensors of a state dict of ours, under our names.
  static func tensors(
    of file: TensorArchive, for description: FeatureDescription
  ) throws -> TensorArchive {
    let hasClassifier = file.metadata["classifier"] != nil
    return try tensors(of: file, for: description.trunk) {
      hasClassifier && $0.hasPrefix("classifier.")
    }
  }

  /// The tensors of a state dict under our names; counts of batches, and names for which
  /// `isIgnored` holds, are left out.
  static func tensors(
    of file: TensorArchive, for configuration: TrunkConfiguration,
    isIgnored: (String) -> Bool
  ) throws(ArchiveError) -> TensorArchive {
    let trunk = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    var ours: [String: String] = [:]
    for names in names(of: trunk, configuration)
    where names.values.contains(where: { file[$0] != nil }) {
      ours = Dictionary(uniqueKeysWithValues: names.map { ($0.value, $0.key) })
      break
    }
    var result = TensorArchive(source: file.source)
    for entry in file.entries {
      if entry.name.hasSuffix(".num_batches_tracked"), entry.type == .i64, entry.shape == [] {
        continue
      }
      guard let name = ours[entry.name] else {
        if isIgnored(entry.name) { continue }
        throw ArchiveError(
          file: file.source, tensor: entry.name,
          problem:
            "is not a tensor of a \(configuration.summary); --ignore PREFIX leaves tensors out")
      }
      result.add(
        .init(name: name, type: entry.type, shape: entry.shape, bytes: entry.bytes))
    }
    return result
  }

  /// The ways to name the tensors of a trunk: our name to the file's.
  private static func names(
    of trunk: Stack, _ configuration: TrunkConfiguration
  ) -> [[String: String]] {
    let layout = PyTorchLayout(trunk, configuration)
    var first: [String: String] = [:]
    for module in layout.modules {
      guard let layer = module.layer else { continue }
      for named in trunk[layer].tensors {
        first["\(layer).\(named.name)"] = layout.name(of: named.name, in: layer)
      }
    }
    let plain = Dictionary(uniqueKeysWithValues: first.keys.map { ($0, $0) })
    guard configuration.architecture == .eccv16 else { return [first, plain] }
    return [plain, Dictionary(uniqueKeysWithValues: plain.keys.map { ($0, released($0)) })]
  }

  /// The name in richzhang/colorization's eccv16.py: `conv3_2.weight` is `model3.2.weight`,
  /// `norm3.weight` is `model3.6.weight`.
  private static func released(_ name: String) -> String {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts[0].hasPrefix("norm") {
      let block = Int(parts[0].dropFirst(4))!
      return "model\(block).\(block <= 2 ? 4 : 6).\(parts[1])"
    }
    let numbers = parts[0].dropFirst(4).split(separator: "_").map { Int($0)! }
    return "model\(numbers[0]).\(2 * (numbers[1] - 1)).\(parts[1])"
  }
}
