internal import Configurations
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
internal import Runs
internal import Tensors

/// Where a run's first weights come from: drawn, learned from the pictures, or those of another
/// run.
public struct PretrainingStart: Codable, Hashable, Sendable {
  /// How the trunk's weights begin.
  public var scheme: InitializationScheme = .he
  /// `data-dependent`, `pca` and `kmeans`: the layers whose names begin so; the others are drawn
  /// with `he`. Empty for all.
  public var layers: [String] = []
  /// Layers that are drawn in their own way, before pictures are looked at.
  public var fillers: [Filler] = []
  /// `data-dependent`, `pca` and `kmeans`: whether layers are balanced to learn equally fast.
  public var rescales: Bool = true
  /// `data-dependent`, `pca` and `kmeans`: batches of 16 pictures that are looked at.
  public var batches: Int = 10
  /// A checkpoint, or a run folder (its newest checkpoint), whose weights are taken; empty for
  /// none.
  public var from: String = ""
  /// Parts that keep their own weights all the same, such as `head.conv8_313`.
  public var fresh: [String] = []

  /// Drawn weights.
  public init() {}

  /// The notes in which checkpoints say what was done.
  static let notes = ["initialization", "start"]

  /// Throws at the first setting that no run can have.
  func check() throws {
    guard fresh.isEmpty || !from.isEmpty else {
      throw ConfigurationError(
        place: "initialization.fresh",
        problem: "names parts that stay fresh, but there is no initialization.from")
    }
    guard batches > 0 else {
      throw ConfigurationError(
        place: "initialization.batches", problem: "must be positive, it is \(batches)")
    }
    for filler in fillers where !(filler.deviation >= 0 && filler.deviation.isFinite) {
      throw ConfigurationError(
        place: "initialization.fillers.deviation",
        problem: "must not be negative, it is \(filler.deviation)")
    }
  }

  /// Throws where fillers name other layers than a model has, or what is to be loaded cannot be.
  func check(with model: inout some PretextModel) throws {
    for filler in fillers { try filler.fill(&model, key: RandomKey(seed: 0)) }
    if !from.isEmpty { _ = try load(into: &model) }
  }

  /// What was done to the weights, for the journal and for checkpoints.
  struct Report {
    let description: String
    let note: String
  }

  /// Looks at pictures and loads weights, as the settings say; gives the reports by note.
  func prepare(
    _ model: inout some PretextModel, from source: PretrainingSource,
    as preprocessing: Preprocessing, key: RandomKey, on device: Device
  ) throws -> [(name: String, report: Report)] {
    var reports: [(String, Report)] = []
    for filler in fillers { try filler.fill(&model, key: key.folding("fillers")) }
    if let method = scheme.method {
      var initializer = DataDependentInitializer(method)
      initializer.rescales = rescales
      let inputs = try (0..<batches).map { batch in
        let crops = try (0..<16).map { place in
          var stream = key.folding("picture").folding(batch * 16 + place).stream()
          return try source.center(of: source.train[stream.index(below: source.train.count)])
        }
        return preprocessing.input(of: crops, on: device)
      }
      let report = try initializer.initialize(
        &model.trunk, batches: inputs, key: key.folding("filters")
      ) { name in layers.isEmpty || layers.contains { name.hasPrefix($0) } }
      reports.append(
        ("initialization", Report(description: "\(report)", note: try Checkpoint.note(report))))
    }
    if !from.isEmpty {
      let (report, warnings) = try load(into: &model)
      let text = (warnings + ["\(report)"]).joined(separator: "; ")
      reports.append(("start", Report(description: text, note: try Checkpoint.note(report))))
      // Weights were loaded one by one; the model sees the trunk that they make.
      model.trunk = model.trunk
    }
    return reports
  }

  /// Loads a checkpoint's weights, strictly, but for the parts that stay fresh: those keep what
  /// they have, whatever the file has under their names. Warnings tell of damaged newer ones.
  private func load(
    into model: inout some PretextModel
  ) throws -> (report: LoadReport, warnings: [String]) {
    let found = try CheckpointOrigin.found(at: from)
    let checkpoint = found.checkpoint
    func isFresh(_ name: String) -> Bool {
      fresh.contains { name == $0 || name.hasPrefix($0 + ".") }
    }
    let names = model.tensors.map(\.name)
    for part in fresh where !names.contains(where: { $0 == part || $0.hasPrefix(part + ".") }) {
      throw ConfigurationError(
        place: "initialization.fresh",
        problem: "there is no part '\(part)'; there are \(names.parts.joined(separator: ", "))")
    }
    var archive = TensorArchive(metadata: [:], source: checkpoint.archive.source)
    for entry in checkpoint.archive.entries where entry.name.hasPrefix("model.") {
      if !isFresh(String(entry.name.dropFirst("model.".count))) { archive.add(entry) }
    }
    return (try model.load(from: archive, prefix: "model.", allowingFresh: isFresh), found.warnings)
  }
}

extension [String] {
  /// The names of tensors without their last word, each once.
  var parts: [String] {
    var seen: Set<String> = []
    return compactMap { name in
      let part = name.split(separator: ".").dropLast().joined(separator: ".")
      return seen.insert(part).inserted ? part : nil
    }
  }
}
