internal import ArgumentParser
internal import Processes
internal import Visualization

/// `pigment report`: one page of everything that lies in folders of runs.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one self-contained page of runs: curves, pictures, units, results, settings.",
    discussion: """
      Folders are searched for runs, for what pigment units left, and for pictures. The page needs \
      no network and can be printed. With --figures, every figure is also written as a file.
      """)

  @Argument(help: "Folders of runs, or folders that hold some.") var runs: [String]
  @Option(name: .shortAndLong, help: "The page to write (.html).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "The heading.") var title = "Pigment report"
  @Option(help: "At most this many units of each layer.") var units = 24
  @Option(help: "At most this many pictures.") var pictures = 40
  @Option(help: "A folder for the figures as files.") var figures: String?
  @Option(help: "Figures as svg, pdf or png.") var format = FigureKind.svg
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard units >= 0, pictures >= 0 else { throw ValidationError("numbers must not be negative") }
    guard !runs.isEmpty else { throw ValidationError("name at least one folder") }
  }

  func run() throws {
    try replace.check(output, .page(.report), inputs: [])
    if let figures { try replace.check(figures: figures, suffix: format.rawValue, format.output) }
    var report = try Report(of: runs)
    report.title = title
    report.unitsPerLayer = units
    report.pictures = pictures
    if let figures {
      for path in try report.writeFigures(
        to: figures, as: format.format, suffix: format.rawValue)
      {
        Output.show(.file(path))
      }
    }
    Output.show(.file(output, "\(try report.write(to: output))"))
  }
}
