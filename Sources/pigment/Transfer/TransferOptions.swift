internal import ArgumentParser
internal import Configurations
internal import Processes
internal import Runs
internal import Text
internal import Training
internal import VOCTransfer

/// What every `pigment transfer` command is told, and what it does with it.
struct TransferOptions: ParsableArguments {
  @Argument(help: "The configuration (YAML).") var config: String
  @Option(
    name: .customLong("init"), help: "A start; may be repeated. The first is the baseline.",
    completion: Completions.starts)
  var starts: [String]
  @OptionGroup var seeding: SeedOptions
  @Option(
    help: "A setting, such as iterations=500; may be repeated.", completion: Completions.settings)
  var set: [String] = []
  @OptionGroup var device: DeviceOptions
  @Flag(help: "Train nothing: say what the runs will be and take, from a few steps of one.")
  var dryRun = false
  @Option(name: .shortAndLong, help: "The folder for runs and table.") var output: String

  func validate() throws {
    guard !starts.isEmpty else { throw ValidationError("give at least one --init") }
  }

  /// Says what the comparison will take, from a few steps of its first run.
  func foresee<Task: TransferTask>(_ task: Task.Type) throws {
    let settings = try Task.Settings.load(config, settings: set + ["seed=\(seeding.firstSeed)"])
    try NamedStart.check(starts.map { NamedStart($0) })
    let run = try FineTuning<Task>(
      settings, start: NamedStart(starts[0]).start, on: device.chosen)
    let forecast = try LearningRun(run).forecast()
    try Forecast.show(settings, forecast, runs: starts.count * (seeding.seeds ?? 3))
  }

  /// Runs every start with every seed and prints the table.
  func compare<Task: ComparedTask>(_ task: Task.Type) throws {
    let chosen = try device.chosen
    var comparison = Comparison<Task>(
      starts: starts.map { NamedStart($0) }, seeds: seeding.seeds ?? 3, output: output,
      settings: { try Task.Settings.load(config, settings: set + ["seed=\($0)"]) },
      environment: { .here(dataHash: $0, seed: $1, on: chosen) }, report: Output.say)
    comparison.device = chosen
    seeding.apply(to: &comparison)
    try reportingDivergence(in: output) {
      switch try comparison.run() {
      case .finished(let rows):
        Output.show(Comparison<Task>.table(rows).report("\(Task.name)"))
        for note in TransferTable.notes(rows.map { ($0.name, $0.results) }) {
          Output.show(.init(.note, "\(note)."))
        }
      case .interrupted(let signal): throw ExitCode(signal.exitCode)
      }
    }
  }
}

/// Which seeds a comparison runs, and whether it writes its tables.
struct SeedOptions: ParsableArguments {
  @Option(help: "How many seeds: 3, or 1 for probes, unless given.") var seeds: Int?
  @Option(help: "The first seed.") var firstSeed: UInt64 = 1
  @Flag(
    help: """
      Write no tables: for calls that make the runs of one folder one by one, as pigment study does.
      """)
  var noTable = false

  func validate() throws {
    guard seeds ?? 1 > 0 else { throw ValidationError("--seeds must be positive") }
  }

  func apply<Task: ComparedTask>(to comparison: inout Comparison<Task>) {
    comparison.firstSeed = firstSeed
    comparison.writesTables = !noTable
  }
}
