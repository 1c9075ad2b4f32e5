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
      ProposalsCommand.self, TransferCommand.self, UnitsCommand.self, ReportCommand.self,
      StudyCommand.self, ConfigCommand.self, ListCommand.self, InspectAnything.self,
      RunsCommand.self, DoctorCommand.self, VerificationCommand.self,
    ])

  /// Does what the command line says, and ends with the status of `ExitStatus`; or reads a foreign
  /// file for the program that started this one.
  static func main() {
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
      if let command = command as? any LeavesDamagedOut {
        try command.runWithoutDamaged()
      } else {
        try command.run()
      }
    } catch let error as DamagedDataError {
      Output.fail("\(error)")
      status = ExitStatus.damagedData.rawValue
    } catch let error as ConfigurationError {
      let words = CommandLine.arguments.dropFirst().joined(separator: " ")
      let commands = SettingsKind.commands(taking: error)
      let others =
        commands.contains { words.hasPrefix($0) }
        ? "" : commands.map { "pigment \($0)" }.joined(separator: ", ")
      Output.fail("\(error)" + (others.isEmpty ? "" : "; as it is, it is a file for \(others)"))
      status = ExitStatus.failure.rawValue
    } catch let error as MemoryShortage {
      Output.fail("\(error)")
      status = ExitStatus.outOfMemory.rawValue
    } catch let interruption as Interruption {
      Output.say(.init(.error, "\(interruption)"))
      status = interruption.signal.exitCode
    } catch {
      let error: any Error = SystemError(error) ?? error
      status = exitCode(for: error).rawValue
      let message = fullMessage(for: error)
      // Help is a result, an error is not.
      if !message.isEmpty {
        if status == 0 {
          Output.show(.init(.description, message))
        } else {
          let problem = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
          Output.say(.init(.error, message, ["text": problem, "status": Int(status)]))
        }
      }
    }
    if status == 0, let problem = Output.problem {
      if !problem.isEmpty { Output.fail(problem) }
      status = ExitStatus.failure.rawValue
    }
    Foundation.exit(status)
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
