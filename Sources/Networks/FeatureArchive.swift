public import Layers
internal import Randomness
public import Tensors

/// A trained trunk on its own, in a file that proves it was read right.
///
/// On disk it is a `TensorArchive` (safetensors): the description as JSON under the metadata key
/// `pigment.features`, the trunk's tensors under `trunk.`, a golden input with the output of every
/// layer under `golden.`, and mean and deviation of every channel under `statistics.` where they
/// were measured. Reading is strict: every name, shape and type is accounted for, and the golden
/// outputs are computed anew and compared.
public struct FeatureArchive {
  /// What the archive says about itself.
  public let description: FeatureDescription
  /// The trunk.
  public let trunk: Stack
  /// The golden input and outputs.
  public let golden: GoldenValues
  /// Mean and deviation of every channel; nil where they were not measured.
  public let statistics: ChannelStatistics?

  private static let (trunkPrefix, goldenPrefix) = ("trunk.", "golden.")
  private static let statisticsPrefix = "statistics."

  /// An archive of `trunk`; layers and their geometry are described here. With `weights` other than
  /// f32 the trunk must have been rounded to it (`WeightPrecision.rounded`).
  public init(
    trunk: Stack, configuration: TrunkConfiguration, preprocessing: Preprocessing,
    provenance: FeatureDescription.Provenance, steps: [FeatureDescription.Step] = [],
    statistics: ChannelStatistics? = nil, dead: DeadChannels? = nil,
    weights: WeightPrecision = .f32
  ) {
    self.trunk = trunk
    self.statistics = statistics
    golden = GoldenValues(of: trunk, configuration)
    var description = FeatureDescription(
      trunk, configuration, outputs: golden.outputs, preprocessing: preprocessing,
      provenance: provenance)
    description.steps = steps
    description.statistics = statistics?.origin
    description.dead = dead
    description.weights = weights == .f32 ? nil : weights
    self.description = description
  }

  /// Writes the archive with its golden values, atomically.
  public func write(to path: String) throws {
    var archive = TensorArchive(
      metadata: ["format": "pt", FeatureDescription.key: try description.json], source: path)
    for named in trunk.tensors {
      let kept = (description.weights ?? .f32).stored(named.tensor)
      archive.add(Self.trunkPrefix + named.name, kept)
    }
    golden.save(into: &archive, prefix: Self.goldenPrefix)
    statistics?.save(into: &archive, prefix: Self.statisticsPrefix)
    try archive.write(to: path, seal: .sha256)
  }

  /// Reads an archive and proves it: a missing, misshapen or unknown tensor, a newer version, a
  /// damaged byte, or golden outputs that this program does not reproduce are errors that name the
  /// file and the tensor.
  public static func read(_ path: String, on device: Device = .cpu) throws -> (
    archive: FeatureArchive, report: LoadReport
  ) {
    let file = try TensorArchive(reading: path)
    let description = try description(in: file)
    var trunk = description.emptyTrunk(on: device)
    let report = try trunk.load(
      from: file, prefix: trunkPrefix, converting: description.weights != nil)
    let golden = try GoldenValues(
      from: file, prefix: goldenPrefix, layers: trunk.names, on: device)
    guard golden.input.shape.rank == 4, golden.input.shape[1] == description.trunk.inputChannels,
      golden.input.shape[2] >= description.trunk.smallestSide,
      golden.input.shape[3] >= description.trunk.smallestSide
    else {
      throw ArchiveError(
        file: path, tensor: "\(goldenPrefix)input",
        problem: "has shape \(golden.input.shape), which the trunk does not take")
    }
    let outputs = trunk.outputs(golden.input, of: Set(trunk.names))
    try description.requireLayers(of: trunk, outputs: outputs, file: path)
    try golden.prove(outputs, order: trunk.names, file: path)
    let statistics = try description.statistics.map { (origin) throws(ArchiveError) in
      try ChannelStatistics(
        from: file, prefix: statisticsPrefix,
        layers: description.layers.map { ($0.name, $0.channels) }, origin: origin)
    }
    try requireNothingElse(file, layers: trunk.names, hasStatistics: statistics != nil)
    return (
      FeatureArchive(
        description: description, trunk: trunk, golden: golden, statistics: statistics), report
    )
  }

  /// A sentence where `layer` is the name of another output today; nil where it means what it
  /// always did. `file` is the archive's, and part of the sentence.
  public func namingNote(on layer: String, file: String) -> String? {
    guard description.naming == .first else { return nil }
    let layerName = trunk.layerName(of: layer)
    let found = description.trunk.build(
      .constant(0), key: RandomKey(seed: 0), on: .cpu, naming: .current
    ).stages.first { $0.name == layerName }?.output
    guard let today = found, today != layer else { return nil }
    return """
      \(file) is of an earlier version, in which '\(layer)' means what is \(today) now; pigment \
      export \(file) --output FILE writes it with the names of today
      """
  }

  /// What an archive says about itself, and the digest of its bytes, without building the trunk.
  public static func describe(
    _ path: String
  ) throws -> (description: FeatureDescription, digest: String) {
    let file = try TensorArchive(reading: path)
    return (try description(in: file), file.metadata[TensorArchive.sealKey] ?? "")
  }

  private static func description(
    in file: TensorArchive
  ) throws(ArchiveError) -> FeatureDescription {
    guard let json = file.metadata[FeatureDescription.key],
      file.names.contains(where: { $0.hasPrefix(trunkPrefix) })
    else {
      throw ArchiveError(
        file: file.source,
        problem: "is not a feature archive (no '\(FeatureDescription.key)'); make one with "
          + "pigment export")
    }
    guard file.isSealed else {
      throw ArchiveError(file: file.source, problem: "is damaged: it names no SHA-256 of its bytes")
    }
    return try FeatureDescription(json: json, file: file.source)
  }

  private init(
    description: FeatureDescription, trunk: Stack, golden: GoldenValues,
    statistics: ChannelStatistics?
  ) {
    self.description = description
    self.trunk = trunk
    self.golden = golden
    self.statistics = statistics
  }

  /// Throws where a tensor outside the trunk belongs to nothing; `load` saw to the trunk's.
  private static func requireNothingElse(
    _ file: TensorArchive, layers: [String], hasStatistics: Bool
  ) throws(ArchiveError) {
    var known = Set(GoldenValues.names(prefix: goldenPrefix, layers: layers))
    if hasStatistics {
      for name in layers {
        known.formUnion(["mean", "deviation"].map { "\(statisticsPrefix)\(name).\($0)" })
      }
    }
    for name in file.names where !name.hasPrefix(trunkPrefix) && !known.contains(name) {
      throw ArchiveError(file: file.source, tensor: name, problem: "is no part of such an archive")
    }
  }
}
