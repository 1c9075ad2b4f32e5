internal import ArgumentParser
internal import Configurations
internal import Foundation
internal import Processes
internal import Randomness
internal import Runs
internal import Training

/// `pigment verify`: proofs that a user can repeat on his own machine.
struct VerificationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Prove on this machine what the program promises.",
    subcommands: [VerifyResumeCommand.self, VerifyLearnsCommand.self])
}

/// `pigment verify resume`: a run that is stopped and resumed ends with the same bytes.
struct VerifyResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Train straight through and with stops at random steps, and compare bytes.",
    discussion: """
      Every other stop saves a checkpoint, as a signal does; the others lose what came after the \
      last one, as a crash does. Choose a configuration with few steps, such as \
      --set iterations=60 --set checkpointInterval=10.
      """)

  @Argument(help: "The configuration (YAML).") var config: String
  @Option(
    help: "A setting, such as iterations=60; may be repeated.", completion: Completions.settings)
  var set: [String] = []
  @Option(help: "How often the second run is stopped.") var points = 5
  @Option(help: "Draws the stopping points.") var seed: UInt64 = 1
  @OptionGroup var device: DeviceOptions
  @Option(help: "Keep both runs in this folder; else they are removed.") var output: String?
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try verify(Tasks.pretext(of: config, settings: set))
  }

  private func verify<Task: PretextTask>(_ task: Task.Type) throws {
    let settings = try PretrainingConfiguration<Task>.load(config, settings: set)
    let folder = output ?? NSTemporaryDirectory() + "pigment-verify-\(UUID())"
    let chosen = try device.chosen
    let dataHash = try Pretraining(settings, on: chosen).dataHash
    defer { if output == nil { try? FileManager.default.removeItem(atPath: folder) } }
    let rehearsal = try ResumeRehearsal(
      settings, folder: folder, points: points, key: RandomKey(seed: seed), on: chosen)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    do {
      let report = try rehearsal.run(
        environment: .here(dataHash: dataHash, seed: settings.seed, on: chosen), say: Output.say)
      Output.show(.init(.run, "\(report)", ["isSame": report.isSame]))
      guard report.isSame else { throw ExitCode.failure }
    } catch let interruption as RehearsalInterruption {
      Output.say("verify resume: \(interruption); give the command again")
      throw ExitCode(interruption.signal.exitCode)
    }
  }
}
