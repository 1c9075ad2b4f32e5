internal import ArgumentParser
internal import Training
internal import VOCTransfer

/// What every `pigment transfer` command is told, and what it does with it.
struct TransferOptions: ParsableArguments {
  @Argument(help: "The configuration (YAML).") var config: String
  @Option(name: .customLong("init"), help: "A start; may be repeated. The first is the baseline.")
  var starts: [String]
  @Option(help: "Seeds 1 to this number.") var seeds = 3
  @Option(help: "A setting, such as iterations=500; may be repeated.") var set: [String] = []
  @Option(name: .shortAndLong, help: "The folder for runs and table.") var output: String

  func validate() throws {
    guard !starts.isEmpty else { throw ValidationError("give at least one --init") }
    guard seeds > 0 else { throw ValidationError("--seeds must be positive") }
  }

  /// Runs every start with every seed and prints the table.
  func compare<Task: TransferTask>(_ task: Task.Type) throws {
    let comparison = Comparison<Task>(
      starts: starts.map { NamedStart($0) }, seeds: seeds, output: output,
      settings: { try Task.Settings.load(config, settings: set + ["seed=\($0)"]) },
      environment: { .here(dataHash: $0, seed: $1) }, report: printError)
    switch try comparison.run() {
    case .finished(let rows): print(Comparison<Task>.table(rows))
    case .interrupted(let signal): throw ExitCode(signal.exitCode)
    }
  }
}
