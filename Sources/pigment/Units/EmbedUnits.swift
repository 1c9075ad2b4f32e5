internal import ArgumentParser
internal import Datasets
internal import FeatureExport
internal import Files
internal import Foundation
internal import Images
internal import Networks
internal import Plots
internal import Processes
internal import Randomness
internal import Visualization

/// `pigment units embed`: the photographs of a data set in the plane.
struct EmbedUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Lay the photographs of a data set out in the plane by their features.",
    discussion: """
      Features are a layer's responses averaged over each photograph. Writes OUTPUT/map.svg \
      (points by class), photographs.png (the photographs at their places) and map.json.
      """)

  @Argument(help: "A feature archive.") var archive: String
  @Argument(help: "A data set (.h5).") var data: String
  @Option(
    help: "An output such as relu5_3, or of a block its last: relu5.",
    completion: Completions.layers)
  var layer: String
  @Option(help: "pca or tsne.") var method = MapMethod.pca
  @Option(help: "The shorter side of the pictures; by default what the network was trained with.")
  var size: Int?
  @Option(help: "A split of the data; all records by default.") var split = ""
  @Option(help: "At most this many records.") var limit = 500
  @Option(help: "The root of t-SNE's randomness.") var seed: UInt64 = 1
  @Option(help: "Threads that read pictures.") var threads = 2
  @Option(help: "Figures as svg, pdf or png.") var format = FigureKind.svg
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The folder for the results.") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard limit >= 4 else { throw ValidationError("--limit must be at least 4") }
    try requirePictureSize(size)
    guard threads > 0 else { throw ValidationError("--threads must be positive") }
    guard method == .pca || limit <= 5000 else {
      throw ValidationError("t-SNE is exact and slow beyond 5000 records; lower --limit")
    }
  }

  func run() throws {
    let (features, loaded) = try FeatureArchive.readOrExplain(archive, on: device.chosenForPictures)
    let dataset = try Dataset(opening: data)
    let gnuplot = try Gnuplot()
    try replace.check(
      [
        OutputFile("\(output)/map.\(format.rawValue)", format.output),
        OutputFile("\(output)/photographs.png", .png), OutputFile("\(output)/map.json", .json),
      ], inputs: dataset.files + [archive])
    let all = split.isEmpty ? Array(0..<dataset.count) : try dataset.indices(ofSplit: split)
    let records = Array(all.prefix(limit))
    guard records.count >= 4 else {
      throw DatasetError(
        file: data, problem: "\(records.count) photographs make no map",
        remedy: "take a larger split")
    }
    var counter = Counter("extracting")
    let map = try PhotographMap(
      method.method, of: records, in: dataset, archive: features,
      layer: try features.oneLayer(layer, file: archive),
      size: size ?? features.description.preprocessing.size, threads: threads,
      key: RandomKey(seed: seed), loaded: loaded
    ) { counter.update($0, of: $1) }
    counter.finish()
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try gnuplot.draw(
      map.figure, to: "\(output)/map.\(format.rawValue)", as: format.format)
    try map.picture(of: dataset).write(to: "\(output)/photographs.png")
    try AtomicFile.write(JSON.bytes(of: map, .page), to: "\(output)/map.json")
    let figure = "\(output)/map.\(format.rawValue)"
    Output.show(.file(figure, "\(figure), photographs.png, map.json"))
  }
}

/// The ways to a map as a command line names them.
enum MapMethod: String, ExpressibleByArgument, CaseIterable {
  case pca, tsne

  var method: PhotographMap.Method { self == .pca ? .pca : .tsne }
}
