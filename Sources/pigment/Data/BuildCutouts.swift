internal import ArgumentParser
internal import Datasets
internal import Processes
internal import Randomness

/// `pigment data build cutouts`: photographs of things on photographs of places.
struct BuildCutouts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cutouts",
    abstract: "Semi-synthetic: photographic cut-outs pasted on photographs, exactly labeled.",
    discussion: """
      CONFIG is a JSON file that names the cut-outs (PNG files with transparent surroundings), \
      their classes and the backgrounds; configs/cutouts-tuxpaint.json fits packages of Debian \
      and Ubuntu. A quarter of the cut-outs and of the backgrounds is kept for the split 'test', \
      so that a task is tested on things and places that nothing was learned from. The same seed \
      gives the same bytes.
      """)

  @Argument(help: "Which files are cut-outs, classes and backgrounds (JSON).") var config: String
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "Pictures for pretraining (splits 'train' and 'val').") var pretrain = 4000
  @Option(help: "Pictures to learn a task from (split 'trainval').") var trainval = 400
  @Option(help: "Pictures to report a task on (split 'test').") var test = 400
  @Option(help: "Columns, at least 32.") var width = 128
  @Option(help: "Rows, at least 32.") var height = 96
  @Option(help: "The root of all randomness.") var seed: UInt64 = 1
  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    guard width >= 32 && height >= 32 else {
      throw ValidationError("--width and --height must be at least 32")
    }
  }

  func run() throws {
    try replace.check(output, .dataset, inputs: [config])
    let library = try CutoutLibrary(CutoutConfiguration(contentsOfFile: config))
    let (learned, tested) = try library.split()
    let key = RandomKey(seed: seed)
    let builder = SceneBuilder(
      source: CutoutComposer(library: learned, size: (width, height), key: key.folding("learned")),
      testSource: CutoutComposer(
        library: tested, size: (width, height), key: key.folding("tested")),
      name: "cutouts (semi-synthetic) \(config) seed \(seed)", pretrain: pretrain,
      trainval: trainval, test: test)
    Output.show(
      .init(
        .note,
        """
        semi-synthetic: \(library.cutouts.count) cut-outs of \
        \(library.classNames.count) classes on \(library.backgrounds.count) photographs; \
        \(tested.cutouts.count) and \(tested.backgrounds.count) of them are kept for 'test'
        """))
    var counter = Counter("composing")
    let report = try builder.build(to: output) { counter.update($0.done, of: $0.total) }
    counter.finish()
    printReport(report)
  }
}
