internal import ArgumentParser
internal import CMemory
internal import Configurations
internal import Datasets
internal import Foundation
internal import Networks
internal import Processes

/// The command line: one file per command, each a thin layer over a module.
@main
struct Pigment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pigment",
    abstract: "Learn features by colorizing photographs, and test what they are worth.",
    version: "0.1.0",
    subcommands: [
      DataCommand.self, PretrainCommand.self, ResumeCommand.self, ColorizeCommand.self,
      EvaluateCommand.self, ExportCommand.self, ImportCommand.self, ExtractCommand.self,
      ProposalsCommand.self, TransferCommand.self, ProtocolsCommand.self, UnitsCommand.self,
      ReportCommand.self,
      StudyCommand.self, RealismCommand.self, ConfigCommand.self, ListCommand.self,
      InspectAnything.self, SummaryCommand.self, StudioCommand.self,
      RunsCommand.self, DoctorCommand.self, VerificationCommand.self,
    ])

  /// Does what the command line says, and ends with the status of `ExitStatus`; or reads a foreign
  /// file for the program that started this one.
  static func main() {
    WaitingThreads.sleepSoon()
    Output.secureStreams()
    cmemory_exit_where_none(ExitStatus.outOfMemory.rawValue)
    readForeignFile()
    EarlierFile.listen { Output.say($0) }
    Signals.watch(limit: 2)
    var status = ExitStatus.success.rawValue
    do {
      try requireUTF8()
      // Before anything can be wrong: what is wrong is said this way, too.
      ConsoleOptions.heed(CommandLine.arguments.dropFirst().prefix { $0 != "--" })
      if let unknown = UnknownCommand(in: Array(CommandLine.arguments.dropFirst())) {
        throw ValidationError("\(unknown)")
      }
      var command = try parseAsRoot()
      try SeveralProcesses.check(command)
      if let command = command as? any LeavesDamagedOut {
        try command.runWithoutDamaged()
      } else {
        try command.run()
      }
    } catch { status = say(error) }
    if status == 0, let problem = Output.problem {
      status = ExitStatus.failure.rawValue
      if !problem.isEmpty { Output.fail(problem, status: status) }
    }
    Foundation.exit(status)
  }

  /// Says why the program ends, and gives its status.
  private static func say(_ error: any Error) -> Int32 {
    func fail(_ status: Int32, _ problem: String, words: String? = nil) -> Int32 {
      Output.fail(problem, status: status, words: words)
      return status
    }
    switch error {
    case let error as DamagedDataError: return fail(ExitStatus.damagedData.rawValue, "\(error)")
    case let error as MemoryShortage: return fail(ExitStatus.outOfMemory.rawValue, "\(error)")
    case let error as Interruption:
      return fail(error.signal.exitCode, "\(error)", words: "\(error)")
    case let error as ConfigurationError:
      let words = CommandLine.arguments.dropFirst().joined(separator: " ")
      let commands = SettingsKind.commands(taking: error)
      let others =
        commands.contains { words.hasPrefix($0) }
        ? "" : commands.map { "pigment \($0)" }.joined(separator: ", ")
      return fail(
        ExitStatus.failure.rawValue,
        "\(error)" + (others.isEmpty ? "" : "; as it is, it is a file for \(others)"))
    default:
      let error: any Error = SystemError(error) ?? error
      let status = exitCode(for: error).rawValue
      let message = fullMessage(for: error)
      if message.isEmpty { return status }
      guard status == 0 else {
        let problem = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
        return fail(status, problem, words: message)
      }
      // Help is a result.
      Output.show(.init(.description, message))
      return status
    }
  }

  /// Throws where an argument is not UTF-8: what is written would have another name than was asked
  /// for.
  private static func requireUTF8() throws {
    for number in 0..<Int(CommandLine.argc) {
      guard let argument = CommandLine.unsafeArgv[number] else { continue }
      if String(validatingCString: argument) == nil {
        throw ValidationError(
          "argument \(number), '\(String(cString: argument))', is not UTF-8; rename the file")
      }
    }
  }
}
