internal import ArgumentParser
internal import Colorization
internal import Configurations
internal import Processes
internal import Runs
internal import Tensors
internal import Text
internal import Training
internal import VOCTransfer

/// `pigment resume`: resume any training run that was stopped.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Resume a training run that was stopped: pretraining, transfer or a recognizer.",
    discussion: """
      The run ends bit for bit as if it had never stopped. A transfer run is one start with one \
      seed; the command that began the comparison makes the runs that are missing, and its table.
      """)

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run")) var path: String
  @Option(
    help: ArgumentHelp(
      "Where the dataset lies now; its content must be what it was.", valueName: "file"))
  var data: String?
  @Option(help: ArgumentHelp("Where the proposals lie now.", valueName: "file"))
  var proposals: String?
  @Option(help: "So many iterations in all: makes a run longer, also one that is finished.")
  var iterations: Int?
  @OptionGroup var device: DeviceOptions
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let file = try RunFolder.configurationFile(of: path)
    let record = try RunFolder.environment(of: path)
    // Where it ran before, unless told otherwise.
    let chosen = try device.chosen(otherwise: record.device)
    switch record.task {
    case nil where Array(record.command.dropFirst().prefix(2)) == ["evaluate", "recognizer"]:
      try recognizer(chosen)
    case nil:
      try requirePretraining(record)
      try pretraining(Tasks.pretext(of: file), chosen)
    case RecognizerTraining.title: try recognizer(chosen)
    case let name?:
      guard let task = Tasks.transfer(name), let start = record.start else {
        throw RunError(
          path: path,
          problem: "is a run of '\(name)', which keeps no checkpoints; the command that began it "
            + "makes what is missing: \(record.command.joined(separator: " "))")
      }
      try transfer(task, NamedStart(start).start, chosen)
    }
  }

  /// Throws where an earlier version began a transfer run, whose record does not say its start.
  private func requirePretraining(_ record: EnvironmentRecord) throws {
    guard let verb = record.command.dropFirst().first, verb != "pretrain", verb != "verify",
      try SingleSetting.text("task", in: RunFolder.configurationFile(of: path)) == nil
    else { return }
    throw RunError(
      path: path,
      problem: "was begun by an earlier version, which did not note its start; the command that "
        + "began it resumes it: \(record.command.joined(separator: " "))")
  }

  private func pretraining<Task: PretextTask>(_ task: Task.Type, _ device: Device) throws {
    try extend(PretrainingConfiguration<Task>.self)
    try finish(folder: path) {
      try Pretraining<Task>.resume(
        path, on: device, moved: moved, here: here(device), warn: Output.warn)
    }
  }

  private func recognizer(_ device: Device) throws {
    try extend(RecognizerConfiguration.self)
    try finish(folder: path) {
      try RunFolder.asItBegan(path, warn: Output.warn) {
        let found = try RunFolder.resume(
          path, as: RecognizerConfiguration.self, keep: \.keepCheckpoints, moved: moved,
          here: here(device), warn: Output.warn)
        let training = try RecognizerTraining(found.settings, on: device)
        return try LearningRun(training).run(in: found.run, from: found.checkpoint).outcome
      }
    }
  }

  private var moved: MovedFiles { MovedFiles(data: data, proposals: proposals) }

  /// Gives the run the iterations that were asked for.
  private func extend<Settings: RunConfiguration>(_ type: Settings.Type) throws {
    guard let iterations else { return }
    for difference in try LongerRun.extend(path, as: type, to: iterations) {
      Output.say("\(path): as if it had been asked for \(iterations) iterations, but \(difference)")
    }
  }

  /// What this machine and program are; data and seed are the run's affair.
  private func here(_ device: Device) -> EnvironmentRecord {
    .here(dataHash: "", seed: 0, on: device)
  }

  private func transfer<Task: TransferTask>(
    _ task: Task.Type, _ start: Start, _ device: Device
  ) throws {
    guard iterations == nil else {
      throw RunError(
        path: path,
        problem: "is one run of a comparison, in which all have the same number of iterations; "
          + "transfer \(Task.name) with --set iterations=N and another --output makes longer ones")
    }
    let ending = try RunFolder.asItBegan(path, warn: Output.warn) {
      let found = try RunFolder.resume(
        path, as: Task.Settings.self, keep: \.keepCheckpoints, moved: moved,
        here: here(device), warn: Output.warn)
      let run = try FineTuning<Task>(found.settings, start: start, on: device)
      return try reportingDivergence(in: path) {
        try run.run(in: found.run, from: found.checkpoint)
      }
    }
    switch ending {
    case .finished(let result):
      let table = TransferTable.table([(name: "\(start)", results: [result])])
      Output.show(table.report("\(path)"))
    case .interrupted(let signal, let step):
      Output.say(.stopped(path, step: step))
      throw ExitCode(signal.exitCode)
    }
  }
}
