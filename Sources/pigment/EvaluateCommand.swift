internal import ArgumentParser
internal import ColorScience
internal import Colorization
internal import Configurations
internal import Datasets
internal import Files
internal import Foundation
internal import Images
internal import Processes
internal import Runs
internal import Statistics
internal import Text
internal import Training

/// `pigment evaluate`: how good are the colors?
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Judge predicted colors.",
    subcommands: [EvaluateColorCommand.self, RecognizerCommand.self])
}

/// `pigment evaluate color`: networks and baselines on held-out pictures.
struct EvaluateColorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "color",
    abstract: "Compare the colors of networks and of baselines with the truth.",
    usage: "pigment evaluate color [[NAME=]CHECKPOINT ...] DATA [options]",
    discussion: """
      Baselines are gray, another picture's colors (random), and transfer from a reference picture \
      (Welsh et al. 2002); --also adds slower ones: charpiat (Charpiat et al. 2008, which cuts a \
      graph for each picture) and gupta (Gupta et al. 2012, region by region). Figures are the \
      area under the curve of ab errors, raw and with rare colors counting more, RMSE, PSNR, \
      colorfulness, and with --recognizer how often recolored pictures are still named right; \
      means with 95 % bootstrap intervals.

      The prior that rare colors are weighed by stands beside the dataset (pigment data prior \
      DATA) or is named by --prior.
      """)

  @Argument(
    help: ArgumentHelp(
      "Checkpoints or run folders, each with a name if wanted, and last the dataset.",
      valueName: "[name=]checkpoint ... data"))
  var inputs: [String]
  @Option(help: "The split to judge on.") var split = "val"
  @Option(help: "At most this many pictures, the first of the split; all by default.")
  var count: Int?
  @Option(help: "Rows and columns of the pictures; by default what the first network learned from.")
  var size: Int?
  @Option(help: "Sharpness of color distributions: 1 is the mean, toward 0 the mode.")
  var temperature = 0.38
  @Option(help: "The color prior (.json); by default the one beside the dataset.")
  var prior: String?
  @Option(help: "A run of pigment evaluate recognizer, to name recolored pictures.")
  var recognizer: String?
  @Option(help: "Transfer colors from this picture, not from another of the split.")
  var reference: String?
  @Option(
    help: ArgumentHelp(
      "Transfer colors from that picture of this split which is most like each in lightness.",
      valueName: "split"))
  var references: String?
  @Flag(inversion: .prefixedNo, help: "Judge the methods without a network, too.")
  var baselines = true
  @Option(
    help: ArgumentHelp(
      "A slower method without a network to judge, too; may be repeated.", valueName: "method"))
  var also: [SlowMethod] = []
  @Option(help: "The seed of random donors and of the bootstrap.") var seed: UInt64 = 1
  @Option(help: "Resamples of the bootstrap.") var resamples = 10_000
  @Option(help: "At most this many pictures on the contact sheet, from all over the split.")
  var sheetRows = 12
  @Option(help: "Threads that read pictures, and pictures that slow methods color at once.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var device: DeviceOptions
  @Option(
    name: .shortAndLong,
    help: "A folder for table.md, table.csv, evaluation.json, pictures.csv and sheet.png.")
  var output: String?
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  /// Methods that take seconds for a picture, so that they are judged only where asked for.
  enum SlowMethod: String, CaseIterable, ExpressibleByArgument {
    case charpiat, gupta

    var method: ColorMethod {
      switch self {
      case .charpiat: .charpiat
      case .gupta: .gupta
      }
    }
  }

  func validate() throws {
    guard Set(also).count == also.count else {
      throw ValidationError("--also names a method twice")
    }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be a number that is not negative")
    }
    guard count ?? 1 > 0, resamples > 0, threads > 0, sheetRows >= 0 else {
      throw ValidationError("--count, --resamples and --threads must be positive")
    }
    guard reference == nil || references == nil else {
      throw ValidationError("--reference and --references both say where colors come from")
    }
    try requirePictureSize(size)
    if let size, size % 8 != 0 { throw ValidationError("--size must be a multiple of 8") }
  }

  func run() throws {
    let chosen = try device.chosen
    let dataset = try Dataset(opening: inputs[inputs.count - 1])
    let records = Array(try dataset.indices(ofSplit: split).prefix(count ?? .max))
    let needOthers = baselines || !also.isEmpty && reference == nil && references == nil
    guard records.count > 1 || !needOthers else {
      throw ValidationError(
        "one picture has no other one to take colors from; judge more, or add --no-baselines"
          + (also.isEmpty ? "" : " and a --reference"))
    }
    if let output {
      let files: [(String, OutputKind)] = [
        ("table.md", .text), ("table.csv", .text), ("evaluation.json", .json),
        ("pictures.csv", .text), ("sheet.png", .png),
      ]
      try replace.check(
        files.map { OutputFile("\(output)/\($0)", $1) },
        inputs: dataset.files + [self.prior, reference].compactMap { $0 })
    }
    let (prior, priorName) = try measuredPrior(of: dataset)
    var settings = ColorEvaluation.Settings()
    (settings.seed, settings.resamples, settings.threads) = (seed, resamples, threads)
    settings.sheetRows = sheetRows
    if let reference {
      settings.reference = .picture(try Picture(contentsOfFile: reference))
    } else if let references {
      settings.reference = .nearest(try dataset.indices(ofSplit: references))
    }
    ColorDecoding.temperature(temperature).warn()
    var methods = (baselines ? ColorMethod.baselines : []) + also.map(\.method)
    var size = self.size
    for text in inputs.dropLast() {
      let (name, path) = named(text)
      let found = try CheckpointOrigin.found(at: path)
      for warning in found.warnings { Output.warn(warning) }
      let colorizer = try Colorizer.load(found.checkpoint, on: chosen)
      size = size ?? colorizer.workingSize
      methods.append(.init(name, .network(colorizer, .temperature(temperature))))
    }
    guard !methods.isEmpty else { throw ValidationError("--no-baselines leaves nothing to judge") }
    guard Set(methods.map(\.name)).count == methods.count else {
      throw ValidationError("two methods have one name; name them apart: NAME=CHECKPOINT")
    }
    settings.size = size ?? settings.size
    let judge = try recognizer.map { path in
      let found = try CheckpointOrigin.found(at: path)
      for warning in found.warnings { Output.warn(warning) }
      return try Recognizer.load(
        found.checkpoint, name: (path as NSString).lastPathComponent, on: chosen)
    }
    let evaluation = try ColorEvaluation(
      methods, on: dataset, records: records, prior: prior, recognizer: judge, settings: settings)
    var counter = Counter("judging", total: records.count)
    let result = try evaluation.run { counter.update($0) }
    counter.finish()
    // Each network beside the first one.
    let networks = (methods.count - inputs.count + 1)..<methods.count
    let report = ColorReport(
      result, compared: networks.dropFirst().map { ($0, networks.lowerBound) },
      settings: settings, dataHash: dataset.contentSHA256, split: split, prior: priorName,
      recognizer: judge?.name)
    let encoded = try JSON.text(of: report, .page, .relaxed)
    if let output { try write(report, encoded, result, dataset, to: output) }
    Output.show(.init(.evaluation, "\(report.table)\n\(report.caption)", of: report))
  }

  /// The prior and what the report says of it.
  private func measuredPrior(of dataset: Dataset) throws -> (ColorPrior, String) {
    let path = prior ?? MeasuredPrior.path(beside: dataset)
    let measured = try MeasuredPrior(contentsOfFile: path)
    guard prior != nil || measured.dataHash == dataset.contentSHA256 else {
      throw DatasetError(
        file: path,
        problem: """
          was measured on other data than \(dataset.path) holds; run pigment data prior again, or \
          name a prior with --prior
          """)
    }
    let file = (path as NSString).lastPathComponent
    return (measured.prior, "\(file) (\(measured.pictures) pictures)")
  }

  /// The name and path of a network; a run without a name is called as its folder.
  private func named(_ text: String) -> (name: String, path: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    if parts.count == 2 { return (parts[0], parts[1]) }
    return (((text as NSString).lastPathComponent as NSString).deletingPathExtension, text)
  }

  private func write(
    _ report: ColorReport, _ json: String, _ result: ColorEvaluation.Result, _ dataset: Dataset,
    to folder: String
  ) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let files = [
      ("table.md", "\(report.table.markdown)\n\(report.caption)\n"),
      ("table.csv", report.numbers.csv), ("evaluation.json", json + "\n"),
      ("pictures.csv", result.table(ids: dataset.ids).csv),
    ]
    for (name, text) in files {
      try AtomicFile.write(text, to: "\(folder)/\(name)")
    }
    if !result.sheet.rows.isEmpty {
      try result.sheet.rendered().write(to: "\(folder)/sheet.png")
    }
  }
}

/// `pigment evaluate recognizer`: train the network that names recolored pictures.
struct RecognizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recognizer",
    abstract: "Train a network to name pictures in their true colors, to judge recolored ones.")

  @Argument(help: "The configuration (YAML); it holds what differs from the defaults.")
  var config: String
  @Option(
    help: "A setting, such as iterations=500; may be repeated.", completion: Completions.settings)
  var set: [String] = []
  @OptionGroup var device: DeviceOptions
  @Flag(help: "Train nothing: say what the run will be and take, from a few steps of it.")
  var dryRun = false
  @Option(name: .customLong("run"), help: "The folder of the run.") var path: String
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let settings = try RecognizerConfiguration.load(config, settings: set)
    let chosen = try device.chosen
    let training = try RecognizerTraining(settings, on: chosen)
    if dryRun { return try Forecast.show(settings, LearningRun(training).forecast()) }
    var environment = EnvironmentRecord.here(
      dataHash: training.dataHash, seed: settings.seed, on: chosen)
    environment.task = RecognizerTraining.title
    let run = try LearningRun(training)
    let folder = try RunFolder.create(
      path, configuration: settings, environment: environment, keep: settings.keepCheckpoints)
    try reportingDivergence(in: path) {
      let ending = try run.run(in: folder)
      guard let result = ending.result else {
        try finish(folder: path) { ending.outcome }
        return
      }
      let top1 = result.top1
      Output.show(
        .init(
          .evaluation,
          """
          \(path): names \(Table.number(100 * top1.mean, digits: 1)) % of \(top1.count) held-out \
          pictures right [\(Table.number(100 * top1.low, digits: 1)), \
          \(Table.number(100 * top1.high, digits: 1))]; always the most frequent class: \
          \(Table.number(100 * result.chance, digits: 1)) %
          """, of: result))
    }
  }
}
