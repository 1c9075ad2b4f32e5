internal import Files
internal import Foundation
public import Layers
internal import Randomness
public import Tensors

/// A trained trunk on its own, in a file that proves it was read right.
///
/// On disk it is a `TensorArchive` (safetensors): the description as JSON under the metadata key
/// `pigment.features`, the trunk's tensors under `trunk.`, and a golden input with the output of
/// every layer under `golden.`. Reading is strict: every name, shape and type is accounted for, and
/// the golden outputs are computed anew and compared.
public struct FeatureArchive {
  /// What the archive says about itself.
  public let description: FeatureDescription
  /// The trunk.
  public let trunk: Stack

  private static let key = "pigment.features"
  /// The largest difference from the golden outputs, relative to each layer's largest output, that
  /// a reader accepts: float32 programs differ by about 1e-5 after twenty layers.
  public static let tolerance = 1e-3

  /// An archive of `trunk`; layers and their geometry are described here.
  public init(
    trunk: Stack, configuration: TrunkConfiguration,
    preprocessing: Preprocessing, provenance: FeatureDescription.Provenance
  ) {
    self.trunk = trunk
    let geometries = trunk.geometries
    let outputs = trunk.outputs(
      Self.goldenInput(for: configuration, on: .cpu), of: Set(trunk.names))
    description = FeatureDescription(
      trunk: configuration,
      layers: trunk.names.map {
        .init(name: $0, channels: outputs[$0]!.shape[1], geometry: geometries[$0]!)
      }, preprocessing: preprocessing, provenance: provenance)
  }

  /// Writes the archive with its golden values, atomically.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json = String(decoding: try encoder.encode(description), as: UTF8.self)
    var archive = TensorArchive(metadata: [Self.key: json], source: path)
    trunk.save(into: &archive, prefix: "trunk.")
    let input = Self.goldenInput(for: description.trunk, on: .cpu)
    archive.add("golden.input", input)
    let outputs = trunk.outputs(input, of: Set(trunk.names))
    for name in trunk.names { archive.add("golden.output.\(name)", outputs[name]!) }
    try archive.write(to: path, seal: .sha256)
  }

  /// Reads an archive and proves it: a missing or misshapen tensor, a newer version, or golden
  /// outputs that this program does not reproduce are errors that name the file and the tensor.
  public static func read(_ path: String, on device: Device = .cpu) throws -> (
    archive: FeatureArchive, report: LoadReport
  ) {
    let file = try TensorArchive(reading: path)
    let description = try description(in: file)
    var trunk = description.trunk.build(.constant(0), key: RandomKey(seed: 0), on: device)
    let report = try trunk.load(from: file, prefix: "trunk.")
    try prove(trunk, file, path, on: device)
    return (FeatureArchive(description: description, trunk: trunk), report)
  }

  /// What an archive says about itself, and the digest of its bytes, without building the trunk.
  public static func describe(
    _ path: String
  ) throws -> (description: FeatureDescription, digest: String) {
    let file = try TensorArchive(reading: path)
    return (try description(in: file), file.metadata[TensorArchive.sealKey] ?? "unsealed")
  }

  private static func description(in file: TensorArchive) throws -> FeatureDescription {
    guard let json = file.metadata[key] else {
      throw ArchiveError(
        file: file.source,
        problem: "is not a feature archive (no '\(key)'); make one with pigment export")
    }
    struct Version: Decodable { let version: Int }
    guard let version = try? JSONDecoder().decode(Version.self, from: Data(json.utf8)).version,
      version <= FeatureDescription.currentVersion
    else {
      throw ArchiveError(
        file: file.source,
        problem: """
          has a newer format than version \(FeatureDescription.currentVersion), which this program \
          reads; use a newer pigment
          """)
    }
    do {
      return try JSONDecoder().decode(FeatureDescription.self, from: Data(json.utf8))
    } catch {
      throw ArchiveError(
        file: file.source, problem: "has a description that cannot be read: \(error)")
    }
  }

  private init(description: FeatureDescription, trunk: Stack) {
    self.description = description
    self.trunk = trunk
  }

  private static func prove(
    _ trunk: Stack, _ file: TensorArchive, _ path: String, on device: Device
  ) throws {
    let outputs = trunk.outputs(
      try file.tensor("golden.input", on: device), of: Set(trunk.names))
    for name in trunk.names {
      let golden = try file.tensor("golden.output.\(name)", on: device).floats
      let ours = outputs[name]!.floats
      let scale = golden.lazy.map(abs).max() ?? 0
      let worst = zip(ours, golden).lazy.map { abs($0 - $1) }.max() ?? 0
      guard ours.count == golden.count, Double(worst) <= tolerance * Double(max(scale, 1e-30))
      else {
        throw ArchiveError(
          file: path, tensor: "golden.output.\(name)",
          problem: """
            is not what this program computes (largest difference \(worst), largest value \
            \(scale)); the archive or the program is damaged
            """)
      }
    }
  }

  /// A small input of keyed noise, large enough for one output of the deepest layer.
  private static func goldenInput(for trunk: TrunkConfiguration, on device: Device) -> Tensor {
    let side = trunk.architecture == .alexnet && trunk.form == .transfer ? 227 : 32
    var stream = RandomKey(seed: 313).folding("golden input").stream()
    let shape: Shape = [1, trunk.inputChannels, side, side]
    return Tensor(
      (0..<shape.count).map { _ in Float(stream.uniform(in: -0.5..<0.5)) }, shape: shape, on: device
    )
  }
}
