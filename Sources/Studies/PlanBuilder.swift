internal import Files

/// Expands a study into steps and rows.
struct PlanBuilder {
  let study: StudyFile
  let output: String
  /// What the scale sets, by name.
  let changes: [String: [String]]
  let source: StudySource
  let tools: StudyTools
  private let written: [String]
  var steps: [StudyStep] = []
  var rows: [StudyPlan.Row] = []
  private(set) var dataHashes: [String: String] = [:]
  /// What is known of each start that has a trunk.
  var features: [String: Features] = [:]
  private var fileHashes: [String: String] = [:]

  /// The archives of a start.
  struct Features {
    var recipe: Recipe
    var learner: String
    var seeds: Int
    var work: StudyWork
    var rank: Int
  }

  init(
    _ expanded: StudySource.Expanded, output: String, source: StudySource, tools: StudyTools
  ) {
    (study, written) = (expanded.study, expanded.written)
    changes = expanded.changes
    self.output = output
    self.source = source
    self.tools = tools
  }

  mutating func build() throws {
    let trunks = study.trunks
    let learners = study.pretexts.map(\.name) + study.supervised.map(\.name)
    for name in learners where tools.noise.contains(name) {
      throw source.error(["starts"], "'\(name)' is the name of noise; call the pretext otherwise")
    }
    let others = Set(study.startsByName.keys).subtracting(learners).sorted()
    for (index, start) in written.enumerated() {
      try source.known(start, tools.noise + learners + others, "start", ["starts", "\(index)"])
    }
    for trunk in trunks where !study.starts.allSatisfy({ !trunk.starts.contains($0) }) {
      try add(trunk)
    }
    for (index, task) in study.tasks.enumerated() {
      for regime in study.regimes where regime.tasks.isEmpty || regime.tasks.contains(task.name) {
        for start in study.starts
        where !regime.without.contains(start)
          && (regime.starts.isEmpty || regime.starts.contains(start))
          && (task.starts.isEmpty || task.starts.contains(start))
        {
          try add(task, at: index, regime, start)
        }
      }
    }
    guard !rows.isEmpty else { throw source.error(["regimes"], "no regime applies to any task") }
    guard !study.points.isEmpty else { return }
    // In the order of the axis, and of the starts at each point; otherwise as they were, so that
    // each stands after what it needs.
    steps = steps.enumerated().sorted { a, b in
      (a.element.rank, a.element.turn, a.offset) < (b.element.rank, b.element.turn, b.offset)
    }.map(\.element)
  }

  /// The place of a learner's first start in the study's list, or of a start itself.
  func turn(_ name: String) -> Int {
    let names = study.startsByName[name] ?? [name]
    return study.starts.firstIndex { names.contains($0) } ?? study.starts.count
  }

  // MARK: Parts

  func verb(_ name: String, _ place: [String]) throws -> StudyVerb {
    guard let verb = tools.verbs.first(where: { $0.name == name }) else {
      let all = tools.verbs.map(\.name).joined(separator: ", ")
      throw source.error(place + ["verb"], "must be one of \(all), not '\(name)'")
    }
    return verb
  }

  func recipe(_ name: String, _ parts: [String]) -> Recipe {
    let text = ["pigment study recipe", study.name, name, "\(study.version)"] + parts
    return Recipe(
      name: "\(study.name)/\(name)", version: study.version,
      hash: Digest.hexadecimal(text.map { "\($0.utf8.count) \($0)\n" }.joined()))
  }

  mutating func data(
    _ name: String, _ place: [String]
  ) throws -> (path: String, hash: String) {
    try source.known(name, study.data.keys.sorted(), "data set", place)
    let path = study.data[name]!.path
    if let known = dataHashes[name] { return (path, known) }
    let hash = try tools.dataHash(path)
    dataHashes[name] = hash
    return (path, hash)
  }

  mutating func proposals(
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

  static func options(_ settings: [String]) -> [String] {
    settings.flatMap { ["--set", $0] }
  }

  static func oneRun(_ seed: Int, in folder: String) -> [String] {
    ["--first-seed", "\(seed)", "--seeds", "1", "--no-table", "--output", folder]
  }
}

/// A path as a YAML value.
func quoted(_ path: String) -> String {
  let isPlain = path.utf8.allSatisfy {
    (97...122).contains($0 | 0x20) || (48...57).contains($0) || "/._-".utf8.contains($0)
  }
  if isPlain, path.contains(where: \.isLetter) { return path }
  return "\""
    + path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
}
