internal import ArgumentParser
internal import Datasets

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
  @OptionGroup var labelling: NumberedClassArguments
  @OptionGroup var common: BuildArguments
  @OptionGroup var rest: HoldOutArguments
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try common.checkOutput(inputs: FolderBuilder.Root.paths(shards))
    var builder = WebDatasetBuilder(shards: shards.map(FolderBuilder.Root.init(argument:)))
    (builder.classNames, builder.isUnlabelled) = (labelling.classes, labelling.unlabelled)
    builder.holdOut = rest.holdOut
    builder.options = common.options
    try build { try builder.build(to: common.output, progress: $0) }
  }
}
