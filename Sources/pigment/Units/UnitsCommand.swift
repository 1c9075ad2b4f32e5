internal import ArgumentParser

/// `pigment units`: what the units of a trunk respond to.
struct UnitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units",
    abstract:
      "Look at the units of a trunk: the photographs that activate each one most, and more.",
    subcommands: [
      TopUnits.self, DissectUnits.self, DiffUnits.self, NoiseArchive.self, FilterUnits.self,
      MapUnits.self, ExplainUnits.self, EmbedUnits.self,
    ], defaultSubcommand: TopUnits.self)
}
