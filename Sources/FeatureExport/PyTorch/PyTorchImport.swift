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
    let torchvision = description.trunk.torchvision
    let hasClassifier = file.metadata["classifier"] != nil
    return try tensors(of: file, for: description.trunk) {
      hasClassifier && torchvision?.isClassifier($0) == true
    }
  }

  /// The tensors of a state dict under our names; counts of batches, and names for which
  /// `isIgnored` holds, are left out. `isConverting` makes other floating types float32.
  ///
  /// A tensor that is missing, left over, or of another shape or type is an error that has its name
  /// in the file and ours.
  static func tensors(
    of file: TensorArchive, for configuration: TrunkConfiguration, isConverting: Bool = false,
    isIgnored: (String) -> Bool
  ) throws(ArchiveError) -> TensorArchive {
    let trunk = configuration.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    let ways = names(of: trunk, configuration)
    let theirs = ways.first { $0.values.contains { file[$0] != nil } } ?? ways[0]
    let known = Set(theirs.values)
    for entry in file.entries where !known.contains(entry.name) && !isIgnored(entry.name) {
      if entry.name.hasSuffix(".num_batches_tracked") {
        guard entry.type == .i64, entry.shape == [] else {
          throw ArchiveError(
            file: file.source, tensor: entry.name,
            problem: "is \(entry.type.rawValue) of shape \(entry.shape); it counts batches, in one "
              + "I64. Were the weights converted?")
        }
        continue
      }
      throw ArchiveError(
        file: file.source, tensor: entry.name,
        problem: "is not a tensor of a \(configuration.summary); --ignore PREFIX leaves tensors out"
      )
    }
    var result = TensorArchive(source: file.source)
    for named in trunk.tensors {
      let name = theirs[named.name]!
      let here = name == named.name ? "" : " (\(named.name) here)"
      func failure(_ problem: String) -> ArchiveError {
        .init(file: file.source, tensor: name, problem: problem)
      }
      guard var entry = file[name] else { throw failure("is missing\(here)") }
      guard entry.shape == named.tensor.shape.sizes else {
        throw failure("has shape \(entry.shape), the model wants \(named.tensor.shape)\(here)")
      }
      if entry.type != .f32 {
        guard let single = entry.inSinglePrecision else {
          throw failure("is \(entry.type.rawValue), the model wants F32\(here)")
        }
        guard isConverting else {
          throw failure("is \(entry.type.rawValue)\(here); --convert makes it float32")
        }
        entry = single
      }
      result.add(
        .init(name: named.name, type: entry.type, shape: entry.shape, bytes: entry.bytes))
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
    guard let released = configuration.architecture.trunk.releasedName else {
      return [first, plain]
    }
    return [plain, Dictionary(uniqueKeysWithValues: plain.keys.map { ($0, released($0)) })]
  }
}

extension TensorArchive.Entry {
  /// The same numbers as float32, rounded where they are longer; nil where they are no floating
  /// numbers that are known here.
  fileprivate var inSinglePrecision: TensorArchive.Entry? {
    func converted<Element>(_: Element.Type, _ value: (Element) -> Float) -> TensorArchive.Entry {
      let size = MemoryLayout<Element>.size
      let values = bytes.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: size).map {
          value(bytes.loadUnaligned(fromByteOffset: $0, as: Element.self))
        }
      }
      return .init(
        name: name, type: .f32, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
    }
    switch type {
    case .f64: return converted(Double.self) { Float($0) }
    case .f16: return converted(UInt16.self) { Float(half: $0) }
    case .bf16: return converted(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    default: return nil
    }
  }
}

extension Float {
  /// The number whose bits in IEEE half precision these are. (Swift has `Float16` not on every
  /// machine.)
  fileprivate init(half bits: UInt16) {
    let magnitude = UInt32(bits & 0x7FFF)
    // Exponent and fraction in their places, of a number 2^112 times too small.
    let placed = Float(bitPattern: magnitude << 13) * 0x1p112
    let isFinite = magnitude < 0x7C00
    let value = isFinite ? placed : Float(bitPattern: 0x7F80_0000 | magnitude << 13)
    self = bits & 0x8000 == 0 ? value : -value
  }
}
