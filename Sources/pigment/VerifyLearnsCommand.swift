internal import ArgumentParser
internal import Configurations
internal import Processes
internal import Training
internal import VOCTransfer

/// `pigment verify learns`: can these settings learn one batch by heart?
struct VerifyLearnsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learns",
    abstract: "Learn one batch by heart with a configuration's own data, network and optimizer.",
    discussion: """
      The same batch, crops drawn once, at every step, with the base learning rate. It passes \
      (status 0) as soon as the loss is below --share of its start; colorization is judged by its \
      divergence or distance, which is 0 where it is perfect. Otherwise it says what to change \
      (status 1). Nothing is written. Configurations of pigment transfer want --task: \
      \(Tasks.transferNames).
      """)

  @Argument(help: "The configuration (YAML).") var config: String
  @Option(help: "The transfer task that it is of; pretraining tasks stand in the file.")
  var task: String?
  @Option(
    name: .customLong("init"), help: "With --task: what the trunk starts from, as in transfer.")
  var start = "he"
  @Option(
    help: "A setting, such as schedule.rate=0.001; may be repeated.",
    completion: Completions.settings)
  var set: [String] = []
  @Option(help: "The dataset, instead of that of the configuration.") var data: String?
  @Option(help: "Steps at most.") var steps = 200
  @Option(help: "The share of its start that the loss must fall below.") var share = 0.5
  @OptionGroup var device: DeviceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard steps >= 10 else { throw ValidationError("--steps must be at least 10") }
    guard share > 0, share < 1 else { throw ValidationError("--share must be between 0 and 1") }
  }

  func run() throws {
    let changes = set + (data.map { ["data.path=\"\($0)\""] } ?? [])
    guard let task else {
      return try pretraining(Tasks.pretext(of: config, settings: changes), changes)
    }
    guard let known = Tasks.transfer(task) else {
      throw UnknownName("transfer task", task, known: Tasks.transfers.map { $0.name })
    }
    try transfer(known, changes)
  }

  private func pretraining<Task: PretextTask>(_ task: Task.Type, _ changes: [String]) throws {
    let settings = try PretrainingConfiguration<Task>.load(config, settings: changes)
    let pretraining = try Pretraining(settings, on: device.chosen)
    try pretraining.checkStart()
    try prove(LearningRun(pretraining))
  }

  private func transfer<Task: TransferTask>(_ task: Task.Type, _ changes: [String]) throws {
    let settings = try Task.Settings.load(config, settings: changes)
    let start = NamedStart(start)
    try NamedStart.check([start])
    try prove(
      LearningRun(FineTuning<Task>(settings, start: start.start, on: device.chosen)))
  }

  private func prove<Task: LearningTask>(_ run: LearningRun<Task>) throws {
    for text in try run.warnings() { Output.warn(text) }
    var proof = Overfitting(run)
    (proof.steps, proof.share) = (steps, share)
    let report = try proof.prove()
    Output.show(
      .init(
        .run, "\(report)",
        [
          "hasLearned": report.hasLearned, "measured": report.name, "first": report.first,
          "last": report.last, "steps": report.values.count, "text": "\(report)",
        ]))
    guard report.hasLearned else { throw ExitCode.failure }
  }
}
