internal import Files

/// Expands a study into steps and rows.
struct PlanBuilder {
  private let study: StudyFile
  private let output: String
  /// What the scale sets, by name.
  private let changes: [String: [String]]
  private let source: StudySource
  private let tools: StudyTools
  private(set) var steps: [StudyStep] = []
  private(set) var rows: [StudyPlan.Row] = []
  private(set) var dataHashes: [String: String] = [:]
  /// The features of each start that has some: its recipe, and how many seeds it has.
  private var features: [String: (recipe: Recipe, seeds: Int)] = [:]
  private var fileHashes: [String: String] = [:]

  init(
    _ study: StudyFile, output: String, changes: [String: [String]], source: StudySource,
    tools: StudyTools
  ) {
    self.study = study
    self.output = output
    self.changes = changes
    self.source = source
    self.tools = tools
  }

  mutating func build() throws {
    let learners = study.pretexts.map(\.name) + study.supervised.map(\.name)
    for name in learners where tools.noise.contains(name) {
      throw source.error(["starts"], "'\(name)' is the name of noise; call the pretext otherwise")
    }
    for (index, start) in study.starts.enumerated() {
      try source.known(start, tools.noise + learners, "start", ["starts", "\(index)"])
    }
    for (index, pretext) in study.pretexts.enumerated()
    where study.starts.contains(pretext.name) {
      try add(pretext, at: index)
    }
    for (index, supervised) in study.supervised.enumerated()
    where study.starts.contains(supervised.name) {
      try add(supervised, at: index)
    }
    for (index, task) in study.tasks.enumerated() {
      for regime in study.regimes where regime.tasks.isEmpty || regime.tasks.contains(task.name) {
        for start in study.starts where !regime.without.contains(start) {
          try add(task, at: index, regime, start)
        }
      }
    }
    guard !rows.isEmpty else { throw source.error(["regimes"], "no regime applies to any task") }
  }

  // MARK: Trunks

  private mutating func add(_ pretext: StudyPretext, at index: Int) throws {
    let data = try data(pretext.data, ["pretexts", "\(index)", "data"])
    let set =
      study.everywhere + pretext.settings + (changes["pretexts"] ?? [])
      + (changes[pretext.name] ?? [])
    let settings = try tools.settings(
      nil, pretext.configuration, set + ["data.path=\(quoted(data.hash))", "seed=1"])
    let recipe = recipe("pretrain/\(pretext.name)", [settings])
    try addTrunk(
      pretext.name, seeds: pretext.seeds, recipe, settings, data.hash, .pretrain,
      export: pretext.rescale ? ["--rescale"] : []
    ) { seed, folder in
      ["pretrain", pretext.configuration]
        + Self.options(set + ["data.path=\(quoted(data.path))", "seed=\(seed)"])
        + ["--run", folder]
    }
  }

  private mutating func add(_ supervised: StudySupervision, at index: Int) throws {
    let place = ["supervised", "\(index)"]
    let data = try data(supervised.data, place + ["data"])
    try source.known(supervised.from, tools.noise, "noise", place + ["from"])
    _ = try verb(supervised.verb, place)
    let set =
      study.everywhere + supervised.settings + (changes[supervised.name] ?? [])
    let settings = try tools.settings(
      supervised.verb, supervised.configuration,
      set + ["data.path=\(quoted(data.hash))", "seed=1"])
    let recipe = recipe("supervised/\(supervised.name)", [settings, supervised.from])
    try addTrunk(
      supervised.name, seeds: supervised.seeds, recipe, settings, data.hash, .supervise,
      export: ["--task", "labels-\(supervised.verb)"]
    ) { [output] seed, _ in
      ["transfer", supervised.verb, supervised.configuration]
        + Self.options(set + ["data.path=\(quoted(data.path))"])
        + ["--init", "\(supervised.name)=\(supervised.from)"]
        + Self.oneRun(seed, in: "\(output)/pretrain")
    }
  }

  /// The steps that make the archives of one start.
  private mutating func addTrunk(
    _ name: String, seeds: Int, _ recipe: Recipe, _ settings: String, _ dataHash: String,
    _ work: StudyStep.Work, export: [String],
    arguments: (_ seed: Int, _ folder: String) -> [String]
  ) throws {
    let exported = self.recipe("features/\(name)", [recipe.hash] + export)
    let count = seeds > 0 ? min(seeds, study.seeds) : study.seeds
    for seed in 1...count {
      let (id, folder) = ("pretrain/\(name)-seed\(seed)", "\(output)/pretrain/\(name)-seed\(seed)")
      steps.append(
        StudyStep(
          id: id, work: work, recipe: recipe, settings: settings, seed: UInt64(seed),
          pretrainingSeed: nil, needs: [], product: folder, dataHash: dataHash,
          arguments: arguments(seed, folder)))
      let file = archive(name, seed)
      steps.append(
        StudyStep(
          id: "features/\(name)-seed\(seed)", work: .export, recipe: exported, settings: "",
          seed: UInt64(seed), pretrainingSeed: nil, needs: [id], product: file, dataHash: "",
          // Over what an earlier call of the study made, and could not note.
          arguments: ["export", folder, "--force", "--output", file] + export))
    }
    features[name] = (exported, count)
  }

  private func archive(_ name: String, _ seed: Int) -> String {
    "\(output)/features/\(name)-seed\(seed).safetensors"
  }

  // MARK: Tasks

  private mutating func add(
    _ task: StudyTask, at index: Int, _ regime: StudyRegime, _ start: String
  ) throws {
    let place = ["tasks", "\(index)"]
    let verb = try verb(task.verb, place)
    let data = try data(task.data, place + ["data"])
    let set =
      study.everywhere + task.settings + (changes["tasks"] ?? []) + (changes[task.name] ?? [])
      + regime.settings + (regime.fraction < 1 ? ["data.trainFraction=\(regime.fraction)"] : [])
    func paths(_ path: String, _ proposals: String) -> [String] {
      ["data.path=\(quoted(path))"]
        + (verb.needsProposals ? ["data.proposals=\(quoted(proposals))"] : [])
    }
    var proposals = (path: "", hash: "")
    if verb.needsProposals {
      proposals = try self.proposals(task.data, place + ["data"])
    }
    let settings = try tools.settings(
      verb.name, task.configuration, set + paths(data.hash, proposals.hash) + ["seed=1"])
    let trunk = features[start]
    let recipe = recipe(
      "\(task.name)/\(regime.name)/\(start)",
      [verb.name, settings, trunk?.recipe.hash ?? start])
    let folder = "\(output)/\(task.name)/\(regime.name)"
    var ids: [String] = []
    for seed in 1...study.seeds {
      // With fewer pretraining seeds than transfer seeds they are shared in turn.
      let pretraining = trunk.map { (seed - 1) % $0.seeds + 1 }
      let named = pretraining.map { "\(start)=\(archive(start, $0))" } ?? start
      let id = "\(task.name)/\(regime.name)/\(start)-seed\(seed)"
      ids.append(id)
      let command =
        verb.takesArguments
        ? ["transfer", verb.name, named, data.path, "--config", task.configuration]
          + Self.options(set)
        : ["transfer", verb.name, task.configuration]
          + Self.options(set + paths(data.path, proposals.path)) + ["--init", named]
      steps.append(
        StudyStep(
          id: id, work: .transfer(verb.name), recipe: recipe, settings: settings,
          seed: UInt64(seed), pretrainingSeed: pretraining.map { UInt64($0) },
          needs: pretraining.map { ["features/\(start)-seed\($0)"] } ?? [],
          product: "\(folder)/\(start)-seed\(seed)", dataHash: data.hash,
          arguments: command + Self.oneRun(seed, in: folder)))
    }
    rows.append(
      .init(
        task: task, regime: regime, start: start, recipe: recipe, steps: ids,
        pretrainingSeeds: trunk?.seeds ?? 0))
  }

  // MARK: Parts

  private func verb(_ name: String, _ place: [String]) throws -> StudyVerb {
    guard let verb = tools.verbs.first(where: { $0.name == name }) else {
      let all = tools.verbs.map(\.name).joined(separator: ", ")
      throw source.error(place + ["verb"], "must be one of \(all), not '\(name)'")
    }
    return verb
  }

  private func recipe(_ name: String, _ parts: [String]) -> Recipe {
    let text = ["pigment study recipe", study.name, name, "\(study.version)"] + parts
    return Recipe(
      name: "\(study.name)/\(name)", version: study.version,
      hash: Digest.hexadecimal(text.map { "\($0.utf8.count) \($0)\n" }.joined()))
  }

  private mutating func data(
    _ name: String, _ place: [String]
  ) throws -> (path: String, hash: String) {
    try source.known(name, study.data.keys.sorted(), "data set", place)
    let path = study.data[name]!.path
    if let known = dataHashes[name] { return (path, known) }
    let hash = try tools.dataHash(path)
    dataHashes[name] = hash
    return (path, hash)
  }

  private mutating func proposals(
    _ name: String, _ place: [String]
  ) throws -> (path: String, hash: String) {
    let path = study.data[name]!.proposals
    guard !path.isEmpty else {
      throw source.error(
        ["data", name],
        "has no proposals, which detection needs; pigment proposals build makes them"
      )
    }
    if let known = fileHashes[path] { return (path, known) }
    guard try tools.files.exists(path) else {
      throw source.error(
        ["data", name, "proposals"], "there is no \(path); pigment proposals build makes it")
    }
    let hash = Digest.hexadecimal(try tools.files.read(path))
    fileHashes[path] = hash
    return (path, hash)
  }

  private static func options(_ settings: [String]) -> [String] {
    settings.flatMap { ["--set", $0] }
  }

  private static func oneRun(_ seed: Int, in folder: String) -> [String] {
    ["--first-seed", "\(seed)", "--seeds", "1", "--no-table", "--output", folder]
  }
}

/// A path as a YAML value.
private func quoted(_ path: String) -> String {
  let isPlain = path.utf8.allSatisfy {
    (97...122).contains($0 | 0x20) || (48...57).contains($0) || "/._-".utf8.contains($0)
  }
  if isPlain, path.contains(where: \.isLetter) { return path }
  return "\""
    + path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
}
