internal import ArgumentParser
internal import Foundation
internal import Processes
internal import Runs
internal import Studies
internal import Tensors

/// `pigment study`: many runs, one question.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Compare starts on tasks over seeds, as a study file says, and report.",
    discussion: """
      A study file names pretexts (configurations of pigment pretrain), starts, tasks \
      (configurations of pigment transfer), regimes, seeds and scales; Experiments/voc-transfer \
      has one. Every step is a command that can be repeated by hand.
      """,
    subcommands: [StudyBudgetCommand.self, StudyRunCommand.self, StudyReportCommand.self])
}

/// What both commands are told.
struct StudyOptions: ParsableArguments {
  @Argument(help: "The study file (YAML).") var file: String
  @Option(help: "The scale, where the study has some.") var scale: String?
  @Option(
    help: ArgumentHelp(
      "A data set that lies elsewhere than the file says; may be repeated.",
      valueName: "name=file"))
  var data: [String] = []
  @Option(
    name: .shortAndLong,
    help: "The folder for runs and report; runs/NAME-SCALE unless given.")
  var output: String?

  @Option(
    help: """
      A folder of rows, instead of the one that the study names: every finished step leaves its \
      row there, and rows of the same recipe count as done.
      """) var rows: String?

  /// The plan; everything that can be wrong with it is found here.
  func plan(_ tools: StudyTools) throws -> StudyPlan {
    let places = try data.map { text -> (String, String) in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--data \(text): write NAME=FILE") }
      return (parts[0], parts[1])
    }
    return try StudyPlan(
      file, scale: scale, data: Dictionary(places) { _, last in last }, output: output ?? "",
      rows: rows, tools: tools)
  }
}

/// `pigment study report`: tables and figures of the runs that are there.
struct StudyReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the tables and figures of a study.",
    discussion: """
      OUTPUT/report has report.md, summary.csv, runs.csv and figures (SVG, PNG). It is made of \
      finished runs alone; the same runs give the same bytes.
      """)

  @OptionGroup var options: StudyOptions
  @Flag(help: "Draw no figures, and need no gnuplot.") var noFigures = false
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let tools = StudyTools.program
    let plan = try options.plan(tools)
    Output.show(.file(plan.output, try StudyReport(plan, tools: tools).write(figures: !noFigures)))
  }
}
