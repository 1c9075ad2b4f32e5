internal import ArgumentParser
internal import Datasets

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
      StudyCommand.self, DoctorCommand.self, VerificationCommand.self,
    ])

  /// Runs a command; or reads a foreign file for the program that started this one.
  static func main() {
    readForeignFile()
    EarlierFile.listen { printError($0) }
    main(nil)
  }
}
