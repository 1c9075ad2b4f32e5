internal import ArgumentParser

/// `pigment realism`: can people tell recolored photographs from real ones?
struct RealismCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "realism",
    abstract: "Ask people which of two pictures is the fake, and report how often they err.",
    discussion: """
      The paper's perceptual realism test. Three commands make one:

        pigment realism plan NAME=RUN gray DATA --output STUDY   decide, render, state the power
        pigment realism serve STUDY                              a page for the people
        pigment realism report STUDY --output RESULTS            rates, intervals, pictures

      pigment realism simulate rehearses the report with people who are not there.
      """,
    subcommands: [
      RealismPlanCommand.self, RealismServeCommand.self, RealismReportCommand.self,
      RealismSimulateCommand.self, RealismForgetCommand.self,
    ])
}
