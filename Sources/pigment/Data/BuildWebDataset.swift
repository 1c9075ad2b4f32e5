internal import ArgumentParser
internal import Datasets
internal import Images

/// `pigment data build webdataset`: tar files of samples.
struct BuildWebDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webdataset",
    abstract: "From tar files as WebDataset writes them: KEY.jpg and KEY.cls.",
    discussion: """
      Members of other endings (json, txt) are passed over and counted. A pattern in quotes, such \
      as 'train-*.tar=train', names all its files.
      """)

  @Argument(help: "Tar files; FILE=SPLIT makes a file's pictures a split.") var shards: [String]
  @Option(help: "A text file with the names of the classes, one a line.") var classes: String?
  @Flag(help: "Leave labels alone.") var unlabelled = false
  @OptionGroup var splits: SplitOptions
  @OptionGroup var profiles: ProfileOptions
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Option(help: "Hold out this fraction as 'val', the rest is 'train'.") var holdOut: Double?
  @Flag(help: "Leave out pictures that cannot be read, and report them.")
  var skipUnreadable = false

  func run() throws {
    try replace.check(output, .dataset, inputs: FolderBuilder.Root.paths(shards))
    var builder = WebDatasetBuilder(shards: shards.map(FolderBuilder.Root.init(argument:)))
    (builder.classNames, builder.isUnlabelled) = (classes, unlabelled)
    builder.holdOut = holdOut.map { HoldOut(fraction: $0) }
    builder.splitLists = splits.lists
    builder.colorProfiles = profiles.colorProfiles
    builder.unreadable = skipUnreadable ? .skip : .refuse
    try build { try builder.build(to: output, progress: $0) }
  }
}
