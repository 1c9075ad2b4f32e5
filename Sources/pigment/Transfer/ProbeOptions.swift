internal import ArgumentParser
internal import Configurations
internal import Networks
internal import Plots
internal import Processes
internal import Runs
internal import Tensors
internal import Text
internal import Training
internal import VOCTransfer

/// What the commands that probe frozen features are told, and what they do with it.
struct ProbeOptions: ParsableArguments {
  @Argument(help: "Starts (gaussian, kmeans, NAME=FILE, …), and last the dataset (HDF5).")
  var inputs: [String]
  @Option(help: "A configuration (YAML); it holds what differs from the defaults.")
  var config: String?
  @Option(
    help: "A setting, such as layers=[relu5]; may be repeated.", completion: Completions.settings)
  var set: [String] = []
  @OptionGroup var seeding: SeedOptions
  @Flag(
    help: """
      Choose costs by what they score on the test pictures. Such scores are no estimates; the \
      table and the results say so.
      """) var selectOnTest = false
  @Flag(help: "Ask nothing: say what will be asked, and what it will take.") var dryRun = false
  @Option(help: "Figures as svg, pdf or png; may be repeated.")
  var format: [FigureKind] = [.svg, .png]
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The folder for results, tables and figures.")
  var output: String

  /// Asks `starts` with `changes` laid over the defaults, and shows and writes the tables.
  func ask(_ starts: [NamedStart], changes: [String] = []) throws {
    let chosen = try device.chosen
    if dryRun { return try foresee(starts, changes, on: chosen) }
    // What tables need at the end is looked for before hours go by.
    if !seeding.noTable { _ = try Gnuplot() }
    var comparison = Comparison<ProbingRun>(
      starts: starts, seeds: seeding.seeds ?? 1, output: output,
      settings: { try settings(starts, changes, seed: $0) },
      environment: { .here(dataHash: $0, seed: $1, on: chosen) }, report: Output.say)
    comparison.device = chosen
    seeding.apply(to: &comparison)
    switch try comparison.run() {
    case .interrupted(let signal): throw ExitCode(signal.exitCode)
    case .finished(let rows):
      let tables = ProbingTables(rows.map { ($0.name, $0.results) })
      if !seeding.noTable {
        try tables.write(
          to: output,
          formats: Dictionary(format.map { ($0.rawValue, $0.format) }) { first, _ in first })
      }
      for (title, table) in tables.shown {
        Output.show(table.report(title, words: "\(title)\n\n\(table)"))
      }
      Output.show(.init(.note, tables.note))
    }
  }

  /// Says what the probes of all starts will take, from a few pictures through the first.
  private func foresee(_ starts: [NamedStart], _ changes: [String], on device: Device) throws {
    try NamedStart.check(starts)
    let settings = try settings(starts, changes, seed: seeding.firstSeed)
    let start = try starts[0].start.prepared(settings, on: device)
    let forecast = try ProbingRun(settings, start: start, on: device).forecast()
    try Forecast.show(settings, forecast, runs: starts.count * (seeding.seeds ?? 1))
  }

  private func settings(
    _ starts: [NamedStart], _ changes: [String], seed: UInt64
  ) throws -> ProbingConfiguration {
    var settings = try ProbingConfiguration.load(config, settings: changes + set + ["seed=\(seed)"])
    guard !settings.selectsOnTest || selectOnTest else {
      throw ConfigurationError(
        place: "selectsOnTest", problem: "is set; say so with --select-on-test, too")
    }
    settings.selectsOnTest = selectOnTest
    settings.data.path = inputs[inputs.count - 1]
    guard settings.trunk == TrunkConfiguration() else { return settings }
    guard !seeding.noTable else {
      throw ConfigurationError(
        place: "trunk",
        problem: "must be given with --no-table: each call sees one start, and all must share it")
    }
    if let path = starts.lazy.compactMap(\.archive).first {
      let (description, _) = try FeatureArchive.describe(path)
      settings.trunk = description.trunk
      settings.input.channels = description.preprocessing.channels
    }
    return settings
  }

  /// The starts, in the order given.
  var starts: [NamedStart] { inputs.dropLast().map { NamedStart($0) } }

  func validate() throws {
    guard inputs.count >= 2 else {
      throw ValidationError("give at least one start, and a dataset after it")
    }
  }
}

extension NamedStart {
  /// The path of its archive, where it has one.
  fileprivate var archive: String? {
    switch start {
    case .archive(let path), .supervised(let path): path
    default: nil
    }
  }
}
