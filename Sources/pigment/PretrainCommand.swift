internal import ArgumentParser
internal import Colorization
internal import Tensors
internal import Training

/// `pigment pretrain`: learn to predict color from lightness.
struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Train a network to predict the color of pictures from their lightness.",
    discussion: """
      Ctrl-C saves a checkpoint and ends; pigment resume RUN goes on, bit for bit as if it had \
      never stopped.
      """)

  @Argument(help: "The configuration (YAML); it holds what differs from the defaults.")
  var config: String
  @Option(help: "A setting, such as schedule.rate=0.001; may be repeated.") var set: [String] = []
  @Option(name: .customLong("run"), help: "The folder of the run.") var path: String

  func run() throws {
    let settings = try PretrainingConfiguration.load(config, settings: set)
    let pretraining = try Pretraining(settings)
    let folder = try RunFolder.create(
      path, configuration: settings,
      environment: .here(dataHash: pretraining.dataHash, seed: settings.seed),
      keep: settings.keepCheckpoints)
    try finish(pretraining.run(in: folder, from: nil), folder: path)
  }
}

/// `pigment resume`: go on with a run that was stopped.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a pretraining run that was stopped.")

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run")) var path: String

  func run() throws {
    let (folder, checkpoint, warnings) = try RunFolder.resume(path)
    for warning in warnings { printError(warning) }
    let settings = try folder.configuration(as: PretrainingConfiguration.self)
    let pretraining = try Pretraining(settings)
    if let checkpoint, checkpoint.progress.dataHash != pretraining.dataHash {
      throw RunError(
        path: settings.data.path,
        problem: """
          holds other content than the run began with (\(pretraining.dataHash.prefix(12)), not \
          \(checkpoint.progress.dataHash.prefix(12))); restore it, or start a new run
          """)
    }
    try finish(pretraining.run(in: folder, from: checkpoint), folder: path)
  }
}

/// Says how a session ended; a signal gives the exit status that shells expect.
private func finish(
  _ outcome: RunSession<ColorizationBatch>.Outcome, folder: String
) throws {
  switch outcome {
  case .finished: print("\(folder): finished")
  case .interrupted(let signal, let step):
    printError("\(folder): stopped and saved at step \(step); pigment resume \(folder) goes on")
    throw ExitCode(signal.exitCode)
  }
}

extension EnvironmentRecord {
  /// The environment of this process on the host's cores.
  static func here(dataHash: String, seed: UInt64) -> EnvironmentRecord {
    .current(
      pigment: Pigment.configuration.version, device: Device.cpu.description,
      threads: CPUBackend.shared.threads, dataHash: dataHash, seed: seed,
      libraries: { CPUBackend.shared.libraries })
  }
}
