internal import ArgumentParser
internal import Datasets
internal import FeatureExport
internal import Files
internal import Networks
internal import Processes
internal import Runs
internal import Text
internal import Visualization

/// `pigment units top`, the default: the photographs that activate each unit most.
struct TopUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Find the photographs that activate each unit most (the default).",
    discussion: """
      One pass over the data; then a sheet a layer, with crops of exactly what each unit saw and a \
      line around where it was among its top 1 % of responses, and units.html, a page of all units \
      to browse and search. A unit that gives the same number everywhere is called dead. Ctrl-C \
      saves the pass; the same command goes on with it.
      """)

  @Argument(help: "A feature archive; pigment export makes one.") var archive: String
  @Argument(help: "A data set (.h5).") var data: String
  @Option(
    help: "An output such as relu5_3, of a block its last (relu5), or all; may be repeated.",
    completion: Completions.layers)
  var layer: [String] = ["all"]
  @Option(help: "Photographs of each unit.") var top = 9
  @Option(help: "The shorter side of the pictures; by default what the network was trained with.")
  var size: Int?
  @Option(help: "A split of the data; all records by default.") var split = ""
  @Option(help: "At most this many records; 0 for all.") var limit = 0
  @Option(help: "Pixels of the side of a crop on the sheets.") var cell = 96
  @Flag(help: "Show all of each window, hatched where it reaches outside the photograph.")
  var border = false
  @Option(help: "Threads that read pictures.") var threads = 2
  @OptionGroup var device: DeviceOptions
  @Option(name: .shortAndLong, help: "The folder for sheets and results.") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard top > 0, top <= 100 else { throw ValidationError("--top must be 1 to 100") }
    try requirePictureSize(size)
    guard limit >= 0, threads > 0 else { throw ValidationError("numbers must not be negative") }
    guard (16...1024).contains(cell) else { throw ValidationError("--cell must be 16 to 1024") }
  }

  func run() throws {
    let (features, loaded) = try FeatureArchive.readOrExplain(archive, on: device.chosenForPictures)
    let settings = UnitSettings(
      layers: try features.askedLayers(layer, file: archive), top: top,
      size: size ?? features.description.preprocessing.size, split: split, limit: limit)
    let pass = try UnitPass(
      archive: features, file: archive, dataset: try Dataset(opening: data), settings: settings,
      loaded: loaded)
    // Where a pass was kept, the same command goes on with it.
    if try !UnitGallery.hasState(in: output) {
      try replace.check(
        [
          OutputFile("\(output)/units.json", .json),
          OutputFile("\(output)/units.html", .page(.units)),
        ]
          + settings.layers.map { OutputFile("\(output)/\($0).png", .png) },
        inputs: [archive])
    }
    var gallery = try UnitGallery(output)
    gallery.side = cell
    gallery.showsBorder = border
    try pass.runResumably(in: gallery, threads: threads)
    var counter = Counter("drawing")
    let sheets = try gallery.write(pass, archive: archive, threads: threads) {
      counter.update($0, of: $1)
    }
    counter.finish()
    for path in sheets + [gallery.page, "\(output)/units.json"] { Output.show(.file(path)) }
  }
}

extension UnitPass {
  /// Visits what is left, shows progress, and saves once a minute and at the end; a signal saves
  /// and ends the program.
  func runResumably(in gallery: UnitGallery, threads: Int) throws {
    if try gallery.hasState { try restore(from: gallery.state) }
    guard done < records.count else { return }
    Signals.watch()
    defer { Signals.stopWatching() }
    var screen = ProgressReporter("units", total: records.count, done: done)
    var (saved, waited) = (ContinuousClock.now, 0.0)
    do {
      try run(threads: threads) { done, seconds in
        screen.update(done, count: 1, waited: seconds - waited)
        waited = seconds
        if saved.duration(to: .now) > .seconds(60) {
          try save(to: gallery.state)
          saved = .now
        }
        return Signals.received == nil
      }
    } catch let error as DatasetError where error.damage != nil {
      // Without the damaged record all have other places.
      try? POSIXFiles.posix.remove(gallery.state)
      throw error
    }
    try save(to: gallery.state)
    if done < records.count, let signal = Signals.received {
      screen.finish()
      Output.say("stopped and saved after \(done) of \(records.count); the same command goes on")
      throw ExitCode(signal.exitCode)
    }
  }
}
