public import ArgumentParser
public import Datasets
internal import Randomness

/// `pigment data merge`: several datasets become one.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Join datasets in one file.",
    discussion: """
      Classes are joined by name, splits of one name become one. Where an id occurs twice, all ids \
      begin with their file's name. With boxes, masks or multi-labels all must have the same \
      classes; --unlabelled joins any pictures. Of pictures that are there more than once the \
      first stays with --duplicates drop: name test data before a pool.
      """)

  @Argument(help: "Datasets; FILE=SPLIT makes all records of a file a split.")
  var files: [String]
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Flag(help: "Leave out labels, boxes and masks.") var unlabelled = false
  @Option(help: "Pictures that are there already, byte for byte: keep, drop or refuse.")
  var duplicates = DatasetMerger.Duplicates.keep
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try replace.check(output, .dataset, inputs: FolderBuilder.Root.paths(files))
    var merger = DatasetMerger(parts: files.map(FolderBuilder.Root.init(argument:)))
    (merger.isUnlabelled, merger.duplicates) = (unlabelled, duplicates)
    try build { try merger.build(to: output, progress: $0) }
  }
}

/// `pigment data split`: new splits of an old one, or of all records.
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split", abstract: "Divide a split into new ones, each with its share of classes.",
    discussion: """
      Writes a dataset with the same records and splits and the new ones: \
      pigment data split voc.h5 half1=0.5 half2=0.5 --of trainval -o halves.h5. Classes are \
      stratified, also where pictures have several. What the fractions leave is in no new split.
      """)

  @Argument(help: "The dataset.") var file: String
  @Argument(help: "New splits: NAME=FRACTION.") var parts: [String]
  @Option(help: "The split to divide; without it, all records.") var of: String?
  @Option(help: "Decides which records go where.") var seed: UInt64 = 1
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @OptionGroup var console: ConsoleOptions

  func validate() throws { _ = try shares }

  private var shares: [(name: String, fraction: Double)] {
    get throws {
      try parts.map { text in
        let words = text.split(separator: "=", maxSplits: 1)
        guard words.count == 2, let fraction = Double(words[1]), fraction > 0, fraction <= 1 else {
          throw ValidationError("'\(text)' is no NAME=FRACTION, such as half1=0.5")
        }
        return (String(words[0]), fraction)
      }
    }
  }

  func run() throws {
    try replace.check(output, .dataset, inputs: [file])
    let splitter = DatasetSplitter(parts: try shares, key: RandomKey(seed: seed))
    try build { try splitter.write(file, of: of, to: output, progress: $0) }
  }
}

extension DatasetMerger.Duplicates: ExpressibleByArgument {}
