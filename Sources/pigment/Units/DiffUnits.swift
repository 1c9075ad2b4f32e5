internal import ArgumentParser
internal import Files
internal import Foundation
internal import Images
internal import Processes
internal import Text
internal import Visualization

/// `pigment units diff`: which units changed what they respond to?
struct DiffUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two folders of pigment units: which units changed what they respond to.")

  @Argument(help: "The folder of the first look, or NAME=FOLDER.") var before: String
  @Argument(help: "The folder of the second, or NAME=FOLDER.") var after: String
  @Option(help: "Units on the sheet of each layer, those that changed most.") var rows = 12
  @Option(name: .shortAndLong, help: "The folder for the table, the numbers and the sheets.")
  var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard rows > 0 else { throw ValidationError("--rows must be positive") }
  }

  func run() throws {
    let looks = [(before, "before"), (after, "after")].map { text, usual in
      text.contains("=")
        ? (name: NamedArchive(text).name, path: NamedArchive(text).path)
        : (name: usual, path: text)
    }
    let difference = try UnitDifference(
      from: UnitGallery.results(in: looks[0].path), to: UnitGallery.results(in: looks[1].path))
    try replace.check(
      [
        OutputFile("\(output)/difference.json", .json),
        OutputFile("\(output)/difference.md", .text),
      ] + difference.layers.map { OutputFile("\(output)/\($0.name).png", .png) }, inputs: [])
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try AtomicFile.write(JSON.bytes(of: difference), to: "\(output)/difference.json")
    try AtomicFile.write(difference.table.markdown, to: "\(output)/difference.md")
    for layer in difference.layers {
      let sheet = try UnitGallery.sheet(
        of: layer, before: looks[0].path, after: looks[1].path, names: looks.map(\.name),
        rows: rows)
      try sheet?.write(to: "\(output)/\(layer.name).png")
    }
    Output.show(difference.table.report("units before and after"))
    Output.show(
      .file(
        "\(output)/difference.md",
        "\(output)/difference.md, difference.json, and a sheet for each layer"))
  }
}
