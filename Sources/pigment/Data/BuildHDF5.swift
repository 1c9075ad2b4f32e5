internal import ArgumentParser
internal import Datasets

/// `pigment data build hdf5`: arrays or files of pictures in HDF5 of other programs.
struct BuildHDF5: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hdf5",
    abstract: "From HDF5 as others write it: N x H x W x 3 bytes and labels, or JPEG files.",
    discussion: """
      The arrays are found by their shapes, labels by the names labels, targets, label or y. In \
      files without such an array each dataset is a JPEG or PNG file, and its group is its class.
      """)

  @Argument(help: "HDF5 files; FILE=SPLIT makes a file's pictures a split.") var files: [String]
  @Option(help: "The array of pictures.") var images: String?
  @Option(help: "The array of their classes' numbers, from 0.") var labels: String?
  @OptionGroup var labelling: NumberedClassArguments
  @OptionGroup var common: BuildArguments
  @OptionGroup var rest: HoldOutArguments
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try common.checkOutput(inputs: FolderBuilder.Root.paths(files))
    var builder = HDF5Builder(files: files.map(FolderBuilder.Root.init(argument:)))
    (builder.images, builder.labels) = (images, labels)
    (builder.classNames, builder.isUnlabelled) = (labelling.classes, labelling.unlabelled)
    builder.holdOut = rest.holdOut
    builder.options = common.options
    try build { try builder.build(to: common.output, progress: $0) }
  }
}
