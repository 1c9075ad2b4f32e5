public import ArgumentParser
public import FeatureExport
internal import Processes
internal import Runs
internal import Text

/// `pigment extract`: one layer's features of a whole dataset.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Write one layer's features of a whole dataset to an HDF5 file.",
    discussion: """
      The file has /features [pictures, channels, ...] and /ids, the labels of the dataset, and in \
      /loaded every tensor of the archive that was used, with its norm. Memory is bounded; an \
      extraction that was stopped goes on when the same command is given again.
      """)

  @Argument(help: "The feature archive (.safetensors).") var archive: String
  @Argument(help: "The dataset (.h5).") var data: String
  @Option(
    help: "An output such as relu5_3, or of a block its last: relu5.",
    completion: Completions.layers)
  var layer: String
  @Option(
    help: """
      none keeps every position, max the largest value of each channel, average:N the means over \
      N x N cells.
      """)
  var pool = FeaturePooling.none
  @Option(help: "Only the records of this split.") var split: String?
  @Option(help: "The side of the pictures; by default what the network was trained with.")
  var size: Int?
  @Option(help: "Pictures that go through the network at once.") var batch = 16
  @Option(help: "Megabytes of features that are held before they are written.") var memory = 32
  @OptionGroup var device: DeviceOptions
  @Flag(help: "Replace a file with features of another layer, pooling, archive or dataset.")
  var force = false
  @Option(name: .shortAndLong, help: "The file to write (.h5).") var output: String
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard batch > 0, memory > 0 else {
      throw ValidationError("--batch and --memory must be positive")
    }
    try requirePictureSize(size, atLeast: 1)
  }

  func run() throws {
    var options = FeatureExtraction.Options(layer: layer)
    options.pooling = pool
    options.split = split
    options.size = size
    options.batchSize = batch
    options.replaces = force
    options.pieceBytes = memory << 20
    let extraction = try FeatureExtraction(
      archive: archive, data: data, options: options, on: device.chosen)
    if let note = extraction.namingNote { Output.warn(note) }
    let lock = try OutputLock(for: output)
    defer { withExtendedLifetime(lock) {} }
    var reporter: ProgressReporter?
    var done = 0
    let result = try extraction.run(
      to: output, isStopped: { Signals.received != nil },
      progress: { now in
        // What an earlier start left says nothing of this one's speed.
        var next = reporter ?? ProgressReporter("extract", total: extraction.count, done: now)
        if reporter != nil { next.update(now, count: now - done) }
        (reporter, done) = (next, now)
      })
    guard let result else {
      reporter?.finish()
      Output.say(
        "\(output): stopped after \(done) of \(extraction.count) pictures; "
          + "the same command goes on")
      throw ExitCode(Signals.received?.exitCode ?? 1)
    }
    Output.show(
      .file(
        output, "\(result)",
        ["layer": layer, "shape": result.shape, "resumed": result.resumed]))
  }
}

extension FeaturePooling: ExpressibleByArgument {
  /// The pooling that a word of the command line names.
  public init?(argument: String) { self.init(argument) }
}
