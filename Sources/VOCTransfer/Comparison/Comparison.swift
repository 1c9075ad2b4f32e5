internal import Configurations
internal import Datasets
internal import Files
internal import Networks
public import Processes
public import Runs
public import Tensors
public import Text

/// Every start with every seed, in one folder: `START-seedN` for each run, `table.md`, and
/// `classes.md` with the scores class by class.
///
/// A run that is finished is not repeated, one that was interrupted goes on bit for bit, and one of
/// other settings, data or another start is refused.
public struct Comparison<Task: ComparedTask> {
  /// One start over all seeds.
  public struct Row: Sendable {
    /// What tables call the start.
    public let name: String
    /// Its results, by rising seed.
    public let results: [Task.Result]
  }

  /// How a comparison ended.
  public enum Outcome: Sendable {
    /// All runs are there.
    case finished([Row])
    /// A signal asked for the end; the same call goes on.
    case interrupted(Signals.Ending)
  }

  /// The starts; the first is the baseline.
  public var starts: [NamedStart]
  /// So many seeds, from `firstSeed` on.
  public var seeds: Int
  /// The first of the seeds.
  public var firstSeed: UInt64 = 1
  /// Whether `table.md` and `classes.md` are written; they hold this comparison's runs alone.
  public var writesTables = true
  /// Where runs compute.
  public var device = Device.cpu
  /// The folder.
  public var output: String
  /// The settings of the runs of a seed.
  public var settings: (_ seed: UInt64) throws -> Task.Settings
  /// The record of the environment, given the data's content hash and the seed.
  public var environment: (_ dataHash: String, _ seed: UInt64) -> EnvironmentRecord
  /// Says what is being done, a line each.
  public var report: (String) -> Void
  /// Warns of what may spoil a result, a line each.
  public var warn: (String) -> Void = Output.warn

  /// A comparison.
  public init(
    starts: [NamedStart], seeds: Int, output: String,
    settings: @escaping (_ seed: UInt64) throws -> Task.Settings,
    environment: @escaping (_ dataHash: String, _ seed: UInt64) -> EnvironmentRecord,
    report: @escaping (String) -> Void = { _ in }
  ) {
    self.starts = starts
    self.seeds = seeds
    self.output = output
    self.settings = settings
    self.environment = environment
    self.report = report
  }

  /// Runs what is missing and gives all results; every start is looked at before the first step.
  public func run() throws -> Outcome {
    try NamedStart.check(starts)
    guard seeds > 0 else {
      throw ConfigurationError(place: "--seeds", problem: "must be positive, it is \(seeds)")
    }
    let earlier = try namings().contains(.first)
    if earlier { warn(RunFolder.namingNote(on: output)) }
    return try LayerNaming.$inForce.withValue(earlier ? .first : .current) { try compare() }
  }

  /// What names of layers mean in the runs that are there: those that are missing follow them, as
  /// one table has one meaning.
  private func namings() throws -> Set<LayerNaming> {
    var found: Set<LayerNaming> = []
    for start in starts {
      for seed in firstSeed..<firstSeed + UInt64(seeds) {
        let path = path(start.name, seed)
        guard try POSIXFiles.posix.exists("\(path)/configuration.yaml") else { continue }
        found.insert(try RunFolder.environment(of: path).naming)
      }
    }
    guard found.count < 2 else {
      throw RunError(
        path: output,
        problem: "holds runs of this version and of an earlier one, in which names of layers meant "
          + "other outputs; choose another --output")
    }
    return found
  }

  private func path(_ name: String, _ seed: UInt64) -> String { "\(output)/\(name)-seed\(seed)" }

  /// Throws where tables would replace others: none of the runs here made them.
  private func requirePlace() throws(RunError) {
    let names = (try? POSIXFiles.posix.list(output)) ?? []
    let found = names.filter { ["table.md", "classes.md"].contains($0) }
    // Names of files are no folders of runs, and looking into them fails.
    let isOurs = names.contains {
      (try? POSIXFiles.posix.exists("\(output)/\($0)/configuration.yaml")) == true
    }
    guard let table = found.first, !isOurs else { return }
    throw RunError(
      path: "\(output)/\(table)",
      problem: "is there, and none of the runs that it could be of; choose another --output, or "
        + "remove it")
  }

  private func compare() throws -> Outcome {
    if writesTables { try requirePlace() }
    let first = try settings(firstSeed)
    // All of them before anything trains: a bad one is found now, and archives are read once.
    let prepared = try starts.map { ($0.name, try $0.start.prepared(first, on: device)) }
    for (_, start) in prepared { _ = try Task(first, start: start, on: device) }
    try POSIXFiles.posix.makeDirectory(output)
    // Of tables that a killed call was writing; runs look after their own folders.
    TemporaryFile.removeLeftovers(in: output)
    var results: [String: [Task.Result]] = [:]
    var tour = RunTour(total: starts.count * seeds)
    for seed in firstSeed..<firstSeed + UInt64(seeds) {
      for (name, start) in prepared {
        tour.next()
        switch try run(name, start, seed, &tour) {
        case .finished(let result): results[name, default: []].append(result)
        case .interrupted(let signal, let step):
          report(
            "\(name), seed \(seed): stopped and saved at step \(step); the same command goes on, "
              + "and pigment resume \(output)/\(name)-seed\(seed) with this run alone")
          return .interrupted(signal)
        }
      }
    }
    let rows = starts.map { Row(name: $0.name, results: results[$0.name]!) }
    guard writesTables else { return .finished(rows) }
    let notes = TransferTable.notes(rows.map { ($0.name, $0.results) })
      .map { "\n\($0).\n" }.joined()
    try AtomicFile.write("\(Self.table(rows).markdown)\n\(notes)", to: "\(output)/table.md")
    let classes = TransferTable.classTable(rows.map { ($0.name, $0.results) })
    if !classes.rows.isEmpty {
      try AtomicFile.write(classes.markdown + "\n", to: "\(output)/classes.md")
    }
    return .finished(rows)
  }

  /// The table of the rows.
  public static func table(_ rows: [Row]) -> Table {
    TransferTable.table(rows.map { (name: $0.name, results: $0.results) })
  }

  private func run(
    _ name: String, _ start: PreparedStart, _ seed: UInt64, _ tour: inout RunTour
  ) throws -> TransferOutcome<Task.Result> {
    let path = path(name, seed)
    guard try POSIXFiles.posix.exists("\(path)/configuration.yaml") else {
      return try run(name, start, seed, in: path, &tour)
    }
    return try DamagedRecords.leavingOut(reportedIn: RunFolder.damageReport(in: path)) {
      try run(name, start, seed, in: path, &tour)
    }
  }

  private func run(
    _ name: String, _ start: PreparedStart, _ seed: UInt64, in path: String, _ tour: inout RunTour
  ) throws -> TransferOutcome<Task.Result> {
    let settings = try settings(seed)
    let task = try Task(settings, start: start, on: device)
    guard try POSIXFiles.posix.exists("\(path)/configuration.yaml") else {
      report("\(tour.begin()): \(name), seed \(seed)")
      var environment = environment(task.dataHash, seed)
      environment.task = Task.name
      environment.start = start.start.argument
      let folder = try RunFolder.create(
        path, configuration: settings, environment: environment, keep: task.keepCheckpoints)
      return try task.run(in: folder, from: nil)
    }
    // The same data may lie elsewhere now.
    let found = try RunFolder.resume(
      path, as: Task.Settings.self, keep: { _ in task.keepCheckpoints },
      moved: MovedFiles(of: settings), warn: warn)
    guard try found.settings.digest == settings.digest else {
      throw RunError(
        path: path,
        problem: "was made with other settings ("
          + (try settings.differences(from: found.settings).words)
          + "); choose another --output or remove it")
    }
    guard let result = try found.run.evaluation(as: Task.Result.self) else {
      let step = found.checkpoint?.progress.step
      report(
        "\(tour.begin()): \(name), seed \(seed), "
          + (step.map { "goes on from step \($0)" } ?? "begins anew"))
      try found.run.compare(
        with: environment(task.dataHash, seed), after: step ?? 0, warn: warn)
      return try task.run(in: found.run, from: found.checkpoint)
    }
    let run = result.run
    guard run.dataHash == task.dataHash, run.proposalsDigest == task.proposalsDigest,
      run.start == start.start.description, run.startDigest == start.origin.digest
    else {
      throw RunError(
        path: path,
        problem: "was made with other data or proposals, or from another start (\(run.start)); "
          + "choose another --output or remove it")
    }
    return .finished(result)
  }
}
