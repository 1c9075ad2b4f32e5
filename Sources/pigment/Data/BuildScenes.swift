internal import ArgumentParser
internal import Datasets
internal import Randomness

/// `pigment data build scenes`: the embedded generator of VOC-style pictures.
struct BuildScenes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes",
    abstract: "From the embedded generator: drawn scenes with labels, boxes and masks.",
    discussion: """
      The pictures are synthetic; they let a machine without any data run everything. The same \
      seed gives the same bytes.
      """)

  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "Pictures without labels' use, for pretraining (split 'train' and 'val').")
  var pretrain = 4000
  @Option(help: "Pictures to learn a task from (split 'trainval').") var trainval = 400
  @Option(help: "Pictures to report a task on (split 'test').") var test = 400
  @Option(help: "Columns, at least 32.") var width = 96
  @Option(help: "Rows, at least 32.") var height = 96
  @Option(help: "The root of all randomness.") var seed: UInt64 = 1
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard width >= 32, height >= 32 else {
      throw ValidationError("--width and --height must be at least 32")
    }
  }

  func run() throws {
    try replace.check(output, .dataset, inputs: [])
    let source = SceneGenerator(size: (width, height), key: RandomKey(seed: seed))
    let builder = SceneBuilder(
      source: source, name: "scenes seed \(seed)", pretrain: pretrain, trainval: trainval,
      test: test)
    var counter = Counter("drawing")
    let report = try builder.build(to: output) { counter.update($0.done, of: $0.total) }
    counter.finish()
    printReport(report)
  }
}
