internal import ArgumentParser
internal import Configurations
internal import Foundation
internal import Images
internal import Processes
internal import Runs
internal import Tensors
internal import Training

/// `pigment pretrain`: learn from pictures without labels.
struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Train a network on pictures without labels: by their colors, or by a rival task.",
    discussion: """
      Ctrl-C saves a checkpoint and ends; pigment resume RUN goes on, bit for bit as if it had \
      never stopped. The configuration's task names what is learned: \
      \(Tasks.pretexts.map { $0.name }.joined(separator: ", ")).
      """)

  @Argument(help: "The configuration (YAML); it holds what differs from the defaults.")
  var config: String
  @Option(
    help: "A setting, such as schedule.rate=0.001; may be repeated.",
    completion: Completions.settings)
  var set: [String] = []
  @Option(
    help: ArgumentHelp(
      "Begin with the weights of this run or checkpoint (initialization.from).", valueName: "run"))
  var initFrom: String?
  @Option(
    help: ArgumentHelp(
      "With --init-from: a part that keeps its drawn weights; may be repeated.", valueName: "part"))
  var fresh: [String] = []
  @OptionGroup var device: DeviceOptions
  @Flag(
    help: """
      Train nothing: say what the run will be and take, from a few steps, and draw the first batch \
      as RUN-first-batch.png.
      """)
  var dryRun = false
  @Option(name: .customLong("run"), help: "The folder of the run.") var path: String
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard fresh.isEmpty || initFrom != nil else {
      throw ValidationError("--fresh says what --init-from leaves alone; give both")
    }
  }

  func run() throws {
    var settings = set
    if let initFrom { settings.append("initialization.from=\"\(initFrom)\"") }
    if !fresh.isEmpty { settings.append("initialization.fresh=[\(fresh.joined(separator: ", "))]") }
    try start(Tasks.pretext(of: config, settings: settings), settings)
  }

  private func start<Task: PretextTask>(_ task: Task.Type, _ set: [String]) throws {
    let settings = try PretrainingConfiguration<Task>.load(config, settings: set)
    let chosen = try device.chosen
    let pretraining = try Pretraining(settings, on: chosen)
    try pretraining.checkStart()
    // What no run can have is refused before there is a folder.
    let learning = try LearningRun(pretraining)
    if dryRun {
      try Forecast.show(settings, try learning.forecast())
      let sheet = "\(path)-first-batch.png"
      try FileManager.default.createDirectory(
        at: URL(filePath: sheet).deletingLastPathComponent(), withIntermediateDirectories: true)
      try Sheet(pretraining.firstPictures().map { .init($0) }, columns: 8).rendered()
        .write(to: sheet)
      Output.show(.file(sheet, "batch    \(sheet)"))
      return
    }
    let folder = try RunFolder.create(
      path, configuration: settings,
      environment: .here(dataHash: pretraining.dataHash, seed: settings.seed, on: chosen),
      keep: settings.keepCheckpoints)
    try finish(folder: path) { try pretraining.run(in: folder, from: nil) }
  }
}

/// Says how a session ended; a signal gives the exit status that shells expect, a loss that is no
/// number gives 4.
func finish(folder: String, _ session: () throws -> RunOutcome) throws {
  try reportingDivergence(in: folder) {
    switch try session() {
    case .finished:
      Output.show(.init(.run, "\(folder): finished", ["run": folder, "state": "finished"]))
    case .settled(let step, let best):
      Output.show(
        .init(
          .run,
          """
          \(folder): stopped early at step \(step): \(best.metric) was best at step \
          \(best.step), \(best.value)
          """, ["run": folder, "state": "stopped early", "step": step]))
    case .interrupted(let signal, let step):
      Output.say(.stopped(folder, step: step))
      throw ExitCode(signal.exitCode)
    case .stopped(let step):
      Output.show(
        .init(
          .run, "\(folder): stopped at step \(step)",
          ["run": folder, "state": "stopped", "step": step]))
    }
    let run = try RunSummary(folder)
    Output.show(.init(.run, run.ending, run.facts))
  }
}

/// Gives the exit status of divergence where a loss in a run of `folder` is no number.
func reportingDivergence<Result>(
  in folder: String, _ body: () throws -> Result
) throws -> Result {
  do { return try body() } catch let error as DivergenceError {
    let status = ExitStatus.divergence.rawValue
    Output.fail("\(folder): \(error)", status: status)
    throw ExitCode(status)
  }
}

extension EnvironmentRecord {
  /// The environment of this process, which computes on a device.
  static func here(
    dataHash: String, seed: UInt64, on device: Device = .cpu
  ) -> EnvironmentRecord {
    .current(
      pigment: Pigment.configuration.version, device: device.description,
      threads: CPUBackend.shared.threads, dataHash: dataHash, seed: seed,
      libraries: {
        guard case .cuda(let ordinal) = device else { return CPUBackend.shared.libraries }
        return CPUBackend.shared.libraries.merging(CUDABackend.device(ordinal).libraries) { $1 }
      })
  }
}
