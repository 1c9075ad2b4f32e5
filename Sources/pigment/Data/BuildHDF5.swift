internal import ArgumentParser
internal import Datasets
internal import Images

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
    try replace.check(output, .dataset, inputs: FolderBuilder.Root.paths(files))
    var builder = HDF5Builder(files: files.map(FolderBuilder.Root.init(argument:)))
    (builder.images, builder.labels, builder.classNames) = (images, labels, classes)
    (builder.isUnlabelled, builder.splitLists) = (unlabelled, splits.lists)
    builder.holdOut = holdOut.map { HoldOut(fraction: $0) }
    builder.colorProfiles = profiles.colorProfiles
    builder.unreadable = skipUnreadable ? .skip : .refuse
    try build { try builder.build(to: output, progress: $0) }
  }
}
