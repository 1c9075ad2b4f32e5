internal import ArgumentParser
internal import FeatureExport
internal import Foundation
internal import Images
internal import Networks
internal import Processes
internal import Visualization

/// `pigment units filters`: what the first layer's filters answer to.
struct FilterUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters", abstract: "Draw the filters of the first layer as a sheet.")

  @Argument(help: "A feature archive.") var archive: String
  @Option(name: .shortAndLong, help: "The sheet to write (.png).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try replace.check(output, .png, inputs: [archive])
    let features = try FeatureArchive.readOrExplain(archive).archive
    try FilterSheet.sheet(of: features, file: archive).write(to: output)
    Output.show(.file(output))
  }
}

/// `pigment units maps`: photographs through one layer.
struct MapUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maps", abstract: "Draw what the units of a layer make of one photograph.",
    discussion: """
      With --components, of several photographs: the first three principal components of the \
      layer's features as red, green and blue, the same for all, so that what is alike to the \
      layer has one color.
      """)

  @Argument(help: "A feature archive.") var archive: String
  @Argument(help: "A JPEG or PNG file; with --components several, or folders of them.")
  var photographs: [String]
  @Option(
    help: "An output such as relu5_3, or of a block its last: relu5.",
    completion: Completions.layers)
  var layer: String
  @Option(help: "The shorter side of the picture; by default what the network was trained with.")
  var size: Int?
  @Option(help: "Units on the sheet, the first of the layer.") var units = 64
  @Flag(help: "Draw principal components of the features as colors, in place of single units.")
  var components = false
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The sheet to write (.png).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard units > 0 else { throw ValidationError("--units must be positive") }
    guard components || photographs.count == 1 else {
      throw ValidationError("name one photograph, or ask for --components of several")
    }
    try requirePictureSize(size)
  }

  func run() throws {
    let found = components ? try PictureList(photographs).entries : []
    let files = found.prefix(Self.mostPhotographs)
    try replace.check(
      output, .png, inputs: [archive] + (components ? files.map(\.file) : photographs))
    let features = try FeatureArchive.readOrExplain(archive, on: device.chosen).archive
    let layer = try features.oneLayer(layer, file: archive)
    let size = size ?? features.description.preprocessing.size
    let sheet =
      components
      ? try ComponentMaps.sheet(
        of: features, file: archive, layer: layer,
        pictures: files.map { ($0.name, try Picture(contentsOfFile: $0.file)) }, size: size)
      : try FeatureMaps.sheet(
        of: features, file: archive, layer: layer,
        picture: try Picture(contentsOfFile: photographs[0]), size: size, count: units)
    try sheet.write(to: output)
    Output.show(
      .file(
        output,
        found.count > files.count
          ? "\(output): the first \(files.count) of \(found.count) photographs" : output))
  }

  /// A sheet of more is too long to look at.
  private static let mostPhotographs = 48
}

/// `pigment units explain`: what of a photograph moved a unit.
struct ExplainUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show where a unit responds in photographs, and what in them it responds to.",
    discussion: """
      For each photograph and unit: the photograph, the unit's responses, guided backpropagation \
      from the strongest one, and how much of it is lost where a gray square covers the picture.
      """)

  @Argument(help: "A feature archive.") var archive: String
  @Argument(help: "JPEG or PNG files, or folders of them.") var photographs: [String]
  @Option(
    help: "An output such as relu5_3, or of a block its last: relu5.",
    completion: Completions.layers)
  var layer: String
  @Option(help: "A unit of the layer, from 0; may be repeated.") var unit: [Int]
  @Option(help: "The shorter side of the pictures; by default what the network was trained with.")
  var size: Int?
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The sheet to write (.png).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    try requirePictureSize(size)
    guard !unit.isEmpty else { throw ValidationError("name at least one --unit") }
  }

  func run() throws {
    let features = try FeatureArchive.readOrExplain(archive, on: device.chosen).archive
    let layer = try features.oneLayer(layer, file: archive)
    let files = try PictureList(photographs).entries
    try replace.check(output, .png, inputs: [archive] + files.map(\.file))
    var rows: [Sheet.Row] = []
    var counter = Counter("explaining", total: files.count * unit.count)
    for file in files {
      let picture = try Picture(contentsOfFile: file.file)
      for unit in unit {
        let found = try Explanation(
          of: unit, layer: layer, archive: features, file: archive, picture: picture,
          size: size ?? features.description.preprocessing.size)
        rows.append(
          .init(
            caption: "\(file.name)\n\(layer) \(unit)\nresponse \(found.value)",
            cells: found.cells.map { .init($0) }))
        counter.update(rows.count)
      }
    }
    counter.finish()
    var sheet = Sheet(
      cellSize: (192, 160), headers: ["photograph", "responses", "guided gradient", "occlusion"])
    sheet.rows = rows
    try sheet.rendered().write(to: output)
    Output.show(.file(output))
  }
}

extension FeatureArchive {
  /// The one layer that a name stands for.
  func oneLayer(_ name: String, file: String) throws -> String {
    guard name != "all" else { throw ValidationError("--layer must name one layer here") }
    return try askedLayers([name], file: file)[0]
  }

  /// The layers that names stand for; a line says where one has another meaning today.
  func askedLayers(_ names: [String], file: String) throws -> [String] {
    let found = try layers(names, file: file)
    let notes = found.lazy.compactMap { namingNote(on: $0, file: file) }
    if let note = notes.first { Output.warn(note) }
    return found
  }
}
