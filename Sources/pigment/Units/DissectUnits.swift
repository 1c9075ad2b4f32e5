internal import ArgumentParser
internal import Configurations
internal import Datasets
internal import FeatureExport
internal import Files
internal import Foundation
internal import Networks
internal import Plots
internal import Processes
internal import Text
internal import Visualization

/// `pigment units dissect`: which classes do units detect?
struct DissectUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dissect",
    abstract: "Compare the units of one or more trunks with the masks of a data set.",
    usage: "pigment units dissect [NAME=]ARCHIVE ... DATA --output OUTPUT [options]",
    discussion: """
      Each unit is switched on where its response is among its largest; a unit detects the class \
      that it covers best when their intersection over union is above 4 %. Beside stands what \
      chance gives: the same responses with the masks of other pictures, and, as a trunk of its \
      own, first weights (He) in the shape of the first trunk (--no-noise leaves them out). Name \
      the trunks to tell them apart: colorization=a.safetensors context=b.safetensors.
      """)

  @Argument(
    help: ArgumentHelp(
      "Feature archives, each with a name if wanted, and last the data set with masks (.h5).",
      valueName: "[name=]archive ... data"))
  var inputs: [String]
  @Option(
    help: "An output such as relu5_3, of a block its last (relu5), or all; may be repeated.",
    completion: Completions.layers)
  var layer: [String] = ["all"]
  @Option(help: "The share of a unit's responses that count as on.") var share = 0.01
  @Option(help: "The shorter side of the pictures; by default what the network was trained with.")
  var size: Int?
  @Option(help: "A split of the data; all records by default.") var split = ""
  @Option(help: "At most this many records; 0 for all.") var limit = 0
  @Flag(inversion: .prefixedNo, help: "Also dissect first weights in the shape of the first trunk.")
  var noise = true
  @Option(help: "Threads that read pictures.") var threads = 2
  @Option(help: "Figures as svg, pdf or png.") var format: FigureKind = .svg
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The folder for tables, figures and numbers.")
  var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard share > 0, share < 1 else { throw ValidationError("--share must be between 0 and 1") }
    try requirePictureSize(size)
    guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
    guard threads > 0 else { throw ValidationError("--threads must be positive") }
    guard !archives.isEmpty else {
      throw ValidationError("name at least one archive, and last the data set")
    }
    let names = archives.map { NamedArchive($0).name }
    guard Set(names).count == names.count else {
      throw ValidationError("two archives have the same name; write NAME=PATH to tell them apart")
    }
  }

  private var archives: [String] { inputs.dropLast() }

  func run() throws {
    let chosen = try device.chosenForPictures
    let dataset = try Dataset(opening: inputs[inputs.count - 1])
    // Passes are resumed, and the tables of one that was stopped are not there yet.
    let suffix = format.rawValue
    try replace.check(
      [
        OutputFile("\(output)/dissection.json", .json),
        OutputFile("\(output)/dissection.md", .text),
        OutputFile("\(output)/classes.\(suffix)", format.output),
        OutputFile("\(output)/coverage.\(suffix)", format.output),
      ], inputs: dataset.files + archives.map { NamedArchive($0).path })
    // What the end needs is looked for before hours go by.
    let gnuplot = try Gnuplot()
    try Dissection.requireMasks(in: dataset, split: split, limit: limit)
    var comparison = DissectionComparison([])
    var naming: LayerNaming?
    for named in try archives.map({ NamedArchive($0) }) + noiseBeside() {
      let (features, loaded) = try FeatureArchive.readOrExplain(named.path, on: chosen)
      guard naming == nil || naming == features.description.naming else {
        throw ArchiveError(
          file: named.path,
          problem: "and the archives before it are of two versions, in which names of layers mean "
            + "different outputs; pigment export FILE --output NEW gives the older ones today's")
      }
      naming = features.description.naming
      let settings = UnitSettings(
        layers: try features.askedLayers(layer, file: named.path),
        size: size ?? features.description.preprocessing.size, split: split, limit: limit,
        share: share)
      let pass = try UnitPass(
        archive: features, file: named.path, dataset: dataset, settings: settings, loaded: loaded)
      try pass.runResumably(in: try UnitGallery("\(output)/\(named.name)"), threads: threads)
      var counter = Counter("dissecting \(named.name)")
      let dissection = try Dissection(pass, file: named.path, threads: threads) {
        counter.update($0, of: $1)
      }
      counter.finish()
      comparison.entries.append(.init(name: named.name, dissection: dissection))
    }
    try write(comparison, gnuplot)
  }

  /// The untrained trunk to compare with; none where one is named already, or not wanted.
  private func noiseBeside() throws -> [NamedArchive] {
    let named = archives.map { NamedArchive($0) }
    guard noise, !named.contains(where: { $0.name == Self.noiseName }) else { return [] }
    let descriptions = try named.map {
      try FeatureArchive.readOrExplain($0.path).archive.description
    }
    guard !descriptions.contains(where: { $0.provenance.task.hasSuffix("noise") }) else {
      return []
    }
    let path = "\(output)/\(Self.noiseName).safetensors"
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try NoiseArchive.Noise.he.archive(like: descriptions[0], seed: 1).write(to: path)
    return [NamedArchive("\(Self.noiseName)=\(path)")]
  }

  private static let noiseName = "noise"

  private func write(_ comparison: DissectionComparison, _ gnuplot: Gnuplot) throws {
    try AtomicFile.write(
      JSON.bytes(of: comparison, .line, .relaxed), to: "\(output)/dissection.json")
    var text = comparison.table.markdown + "\n" + DissectionComparison.explanation + "\n"
    for entry in comparison.entries {
      text += "\nThe units of \(entry.name) that cover a class best:\n\n"
      text += comparison.ranking(entry).markdown
    }
    try AtomicFile.write(text, to: "\(output)/dissection.md")
    let suffix = format.rawValue
    try gnuplot.draw(comparison.figure, to: "\(output)/classes.\(suffix)", as: format.format)
    try gnuplot.draw(comparison.coverage, to: "\(output)/coverage.\(suffix)", as: format.format)
    Output.show(comparison.table.report("units that detect classes"))
    Output.show(
      .file(
        "\(output)/dissection.md",
        "\(output)/dissection.md, classes.\(suffix), coverage.\(suffix), dissection.json"))
  }
}

/// A feature archive and what tables call it: NAME=PATH, or a path whose last part is the name.
struct NamedArchive {
  let name: String
  let path: String

  init(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    path = parts[parts.count - 1]
    name =
      parts.count > 1
      ? parts[0] : URL(filePath: path).deletingPathExtension().lastPathComponent
  }
}
