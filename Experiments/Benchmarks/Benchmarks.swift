internal import ArgumentParser

/// How fast this machine is at what Pigment does, beside PyTorch where there is one.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pigment-benchmarks",
    abstract: "Time what Pigment does, alone or beside PyTorch.",
    subcommands: [
      CompareCommand.self, ServeCommand.self, PassesCommand.self, StagesCommand.self,
      LaunchesCommand.self, StepsCommand.self, GrowthCommand.self, ExpansionCommand.self,
    ],
    defaultSubcommand: CompareCommand.self)
}
