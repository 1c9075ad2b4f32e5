internal import ArgumentParser
internal import ColorScience
internal import Colorization
internal import Files
internal import Foundation
internal import Images
internal import Networks
internal import Processes
internal import Runs
internal import Visualization

/// `pigment colorize`: give pictures the colors a network predicts.
struct ColorizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colorize",
    abstract: "Color photographs, each at its own size, and lay out a sheet beside the input.",
    discussion: """
      Lightness, size, depth (8 or 16 bits) and transparency of a picture are kept; colors it has \
      are not looked at. Results are sRGB: of a picture with another color profile (ICC) the \
      lightness that viewers show is kept. In the output folder stand:

        pictures/NAME.png  the colored pictures, called as their files are; with
                           --temperatures in a folder for each, such as T0.38
        entropy/NAME.png   with --entropy, how undecided the network is: black is
                           certain, white the most that bins allow (5.75 nats)
        sheet.png          the first --sheet-rows pictures side by side; entropy
                           goes there from black over red and yellow to white

      With --viewer the same pictures are on one page for any browser: a line to draw between \
      input and prediction, the temperature, and the distribution of colors where one points.

      Pictures of one name in different folders keep their folders' names apart.
      """)

  @Argument(help: "A checkpoint, or a run folder (its newest checkpoint).") var checkpoint: String
  @Argument(help: "JPEG or PNG files, or folders of them at any depth.") var images: [String]
  @OptionGroup var device: DeviceOptions
  @OptionGroup var profiles: ProfileOptions
  @Option(name: .shortAndLong, help: "The folder for the results.") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "Sharpness of the color distribution: 1 is its mean, toward 0 its mode.")
  var temperature: Double?
  @Option(help: "Several temperatures with commas, from the mode (0) to the mean (1): 0,0.38,1.")
  var temperatures: String?
  @Flag(help: "Also write how undecided the network is at each pixel.") var entropy = false
  @Option(help: "Shorter side of what the network sees; by default what it was trained with.")
  var size: Int?
  @Option(help: "At most this many pictures on the sheet and on the page.") var sheetRows = 12
  @Option(help: "Also write a page (.html) to look at inputs, predictions and distributions.")
  var viewer: String?
  @Option(help: "Side of a picture on the sheet, in pixels.") var cell = 192
  @OptionGroup var console: ConsoleOptions

  /// The temperatures as they were written, and what they mean.
  private func chosen() throws -> [(text: String, decoding: ColorDecoding)] {
    guard let temperatures else {
      return [("\(temperature ?? 0.38)", .temperature(temperature ?? 0.38))]
    }
    return try temperatures.split(separator: ",").map { part in
      let text = part.trimmingCharacters(in: .whitespaces)
      guard let value = Double(text), value >= 0, value.isFinite else {
        throw ValidationError("--temperatures: '\(text)' is no temperature; write 0,0.38,1")
      }
      return (text, .temperature(value))
    }
  }

  func validate() throws {
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must not be negative")
    }
    if temperature != nil && temperatures != nil {
      throw ValidationError("give --temperature or --temperatures, not both")
    }
    let texts = try chosen().map(\.text)
    guard !texts.isEmpty, Set(texts).count == texts.count else {
      throw ValidationError("--temperatures must name each temperature once")
    }
    try requirePictureSize(size)
    guard (16...1024).contains(cell) else { throw ValidationError("--cell must be 16 to 1024") }
    guard sheetRows >= 0 else { throw ValidationError("--sheet-rows must not be negative") }
    guard viewer == nil || sheetRows > 0 else {
      throw ValidationError("--viewer shows the first --sheet-rows pictures, which are none")
    }
  }

  func run() throws {
    let found = try CheckpointOrigin.found(at: checkpoint)
    for warning in found.warnings { Output.warn(warning) }
    let colorizer = try Colorizer.load(
      found.checkpoint, workingSize: size, on: device.chosenForPictures)
    if entropy, case .chroma = colorizer.output {
      throw ValidationError("--entropy: this network predicts colors, not a distribution of them")
    }
    let page = try viewerPage(colorizer)
    var temperatures = try chosen()
    for one in temperatures { one.decoding.warn() }
    if case .chroma = colorizer.output {
      guard self.temperatures == nil else {
        throw ValidationError("--temperatures: this network predicts colors, not a distribution")
      }
      temperatures[0].text = "predicted"
    }
    let list = try PictureList(images)
    var places = temperatures.flatMap { one in
      list.entries.map { path(folder(temperatures, one.text), $0) }
    }
    if entropy { places += list.entries.map { path("entropy", $0) } }
    try replace.check(
      (places + ["\(output)/sheet.png"]).map { OutputFile($0, .png) },
      inputs: list.entries.map(\.file))
    if let viewer { try replace.check(viewer, .page(.colorize), inputs: list.entries.map(\.file)) }
    var sheet = ColorizationSheet(
      side: cell, most: sheetRows,
      headers: temperatures.count == 1 ? ["predicted"] : temperatures.map { "T = \($0.text)" },
      page: page)
    var counter = Counter("coloring", total: list.entries.count)
    var failures = 0
    for (index, entry) in list.entries.enumerated() {
      do {
        try color(entry, by: colorizer, temperatures, &sheet)
      } catch let error as ImageError {
        failures += 1
        Output.warn("\(error)")
      }
      counter.update(index + 1)
    }
    counter.finish()
    let shown = sheet.count
    if let picture = sheet.rendered() { try picture.write(to: "\(output)/sheet.png") }
    let count = list.entries.count
    if failures < count {
      let part = shown < count - failures ? "\(shown) of \(count - failures)" : "all"
      Output.show(
        .file(
          "\(output)/pictures",
          "\(count - failures) pictures in \(output)/pictures"
            + (shown == 0 ? "" : "; \(part) side by side in \(output)/sheet.png"),
          ["pictures": count - failures, "failures": failures]))
      if let viewer, let page = sheet.page {
        try page.write(to: viewer)
        Output.show(
          .file(
            viewer, "\(viewer): \(part == "all" ? "all of them" : part) to look at in a browser"))
      }
    }
    if failures > 0 {
      let status = ExitStatus.failure.rawValue
      Output.fail("\(failures) of \(count) files could not be colored", status: status)
      throw ExitCode(status)
    }
  }

  /// Colors one picture, writes the results, and adds it to the sheet.
  private func color(
    _ entry: PictureList.Entry, by colorizer: Colorizer,
    _ temperatures: [(text: String, decoding: ColorDecoding)], _ sheet: inout ColorizationSheet
  ) throws {
    let input = try StoredPicture(
      contentsOfFile: entry.file, profiles: profiles.colorProfiles)
    let seen = input.picture
    let prediction = colorizer.predict(seen)
    try prediction.requireFinite(entry.name)
    var colored: [Picture] = []
    for (text, decoding) in temperatures {
      let picture = prediction.chroma(decoding).painted(on: input)
      try picture.write(to: try place(folder(temperatures, text), entry))
      if !sheet.isFull { colored.append(picture.picture) }
    }
    if entropy, let map = prediction.entropyPicture {
      try map.resized(width: seen.width, height: seen.height)
        .write(to: try place("entropy", entry))
    }
    try sheet.add(
      entry.name, input: seen, colored: colored, prediction, showsEntropy: entropy)
  }

  /// The page to fill; nil where none is wanted. A network without a distribution is an error.
  private func viewerPage(_ colorizer: Colorizer) throws -> ColorViewer? {
    guard viewer != nil else { return nil }
    guard case .scores(let bins) = colorizer.output else {
      throw ValidationError("--viewer: this network predicts colors, not a distribution of them")
    }
    var page = ColorViewer(a: bins.a, b: bins.b, grid: bins.step)
    page.title = "Predicted colors"
    page.about =
      "\(checkpoint); the network sees pictures with a shorter side of "
      + "\(colorizer.workingSize) pixels."
    page.temperature = try chosen().first.flatMap { Double($0.text) } ?? 0.38
    return page
  }

  private func folder(
    _ temperatures: [(text: String, decoding: ColorDecoding)], _ text: String
  ) -> String { temperatures.count == 1 ? "pictures" : "pictures/T\(text)" }

  private func path(_ folder: String, _ entry: PictureList.Entry) -> String {
    "\(output)/\(folder)/\(entry.name).png"
  }

  /// The path of a result, its folder made where there is none.
  private func place(_ folder: String, _ entry: PictureList.Entry) throws -> String {
    let path = path(folder, entry)
    try FileManager.default.createDirectory(
      atPath: Files.folder(of: path), withIntermediateDirectories: true)
    return path
  }
}

extension ColorDecoding {
  /// The mode at 0, otherwise the annealed mean.
  static func temperature(_ value: Double) -> ColorDecoding {
    value == 0 ? .mode : .annealedMean(temperature: value)
  }

  /// Says where a temperature is above 1, at which colors are those of the mean.
  func warn() {
    guard case .annealedMean(let temperature) = self, temperature > 1 else { return }
    Output.warn(
      "temperature \(temperature) is above 1, the mean: colors are grayer than the mean's")
  }
}
