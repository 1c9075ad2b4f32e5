internal import ArgumentParser
internal import Files
internal import Foundation
internal import Images
internal import Plots
internal import Processes
internal import Realism
internal import Text
internal import Visualization

/// `pigment realism report`: what came out.
struct RealismReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write fooling rates with intervals, who was left out, and pictures by fooling.",
    discussion: """
      OUTPUT has report.html (one page of everything), report.md, methods.csv, differences.csv, \
      people.csv, pictures.csv, votes.csv, votes.h5 and sheet.png. It can be made while the study \
      is served; the same answers give the same bytes.
      """)

  @Argument(help: "The study's folder.") var study: String
  @Option(name: .shortAndLong, help: "The folder for the results; STUDY/report unless given.")
  var output: String?
  @Option(help: "Resamples of the bootstrap.") var resamples = 10_000
  @Option(help: "At most this many pictures on the sheet.") var sheetPictures = 36
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard resamples > 0, sheetPictures > 0 else {
      throw ValidationError("--resamples and --sheet-pictures must be positive")
    }
  }

  func run() throws {
    let folder = StudyFolder(study)
    let plan = try folder.study()
    let entries = try VoteJournal.entries(folder.journal, of: plan)
    let results = RealismResults(plan, entries, resamples: resamples)
    guard !results.people.isEmpty else {
      throw RealismError(folder.journal, "nobody came yet; pigment realism serve \(study) first")
    }
    let output = output ?? folder.report
    let tables: [(String, Table)] = [
      ("methods", results.methodTable), ("differences", results.differenceTable),
      ("people", results.peopleTable), ("pictures", results.pictureTable),
      ("votes", results.voteTable),
    ]
    let sheet = try FoolingSheet.sheet(results, in: folder, most: sheetPictures)
    let others: [(String, OutputKind)] =
      [("report.html", .page(.realism)), ("report.md", .text), ("votes.h5", .votes)]
      + (sheet == nil ? [] : [("sheet.png", .png)])
    try replace.check(
      (tables.map { ("\($0.0).csv", OutputKind.text) } + others).map {
        OutputFile("\(output)/\($0.0)", $0.1)
      }, inputs: [folder.file, folder.journal])
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try sheet?.rendered().write(to: "\(output)/sheet.png")
    var report = RealismReport(
      title: "Realism: \(plan.methods.joined(separator: ", "))", caption: results.caption)
    report.tables = zip(["Methods", "Differences", "People"], tables).map { ($0, $1.1) }
    report.figures = results.figures
    report.sheet = sheet == nil ? nil : "\(output)/sheet.png"
    // First of what needs a program (gnuplot), so that a lack of it leaves nothing half done.
    try report.write(to: "\(output)/report.html")
    for (name, table) in tables { try AtomicFile.write(table.csv, to: "\(output)/\(name).csv") }
    try VoteTable.write(results, to: "\(output)/votes.h5")
    let page = """
      # \(report.title)

      \(results.caption)

      \(results.methodTable.markdown)
      \(results.differenceTable.markdown)
      \(results.peopleTable.markdown)
      """
    try AtomicFile.write(page, to: "\(output)/report.md")
    Output.show(
      results.methodTable.report(
        "realism",
        words: "\(results.methodTable)\n\(results.differenceTable)\n\(results.caption)"))
    Output.show(.file("\(output)/report.html"))
  }
}
