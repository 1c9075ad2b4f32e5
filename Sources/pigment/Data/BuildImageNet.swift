internal import ArgumentParser
internal import Datasets
internal import Images

/// `pigment data build imagenet`: ILSVRC 2012 or Tiny ImageNet as they unpack.
struct BuildImageNet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imagenet",
    abstract: "From ILSVRC 2012 or Tiny ImageNet as they unpack: labels, train and val.",
    discussion: """
      In the folder are train, with a folder for each class, and val. Test pictures, which have no \
      labels, are left out. The list of validation labels has lines NAME.JPEG CLASS, where CLASS \
      is WordNet's number or its place among the sorted ones, or is LOC_val_solution.csv; the \
      development kit's list of numbers alone is none, for its numbers are in another order.
      """)

  @Argument(help: "The folder with train and val.") var folder: String
  @Option(help: "ILSVRC: the classes of the validation pictures, where val has no folders.")
  var validationLabels: String?
  @OptionGroup var splits: SplitOptions
  @OptionGroup var profiles: ProfileOptions
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Flag(help: "Leave out pictures that cannot be read, and report them.")
  var skipUnreadable = false

  func run() throws {
    try replace.check(
      output, .dataset, inputs: [folder] + [validationLabels].compactMap { $0 })
    var builder = ImageNetBuilder(folder: folder)
    (builder.validationLabels, builder.splitLists) = (validationLabels, splits.lists)
    builder.colorProfiles = profiles.colorProfiles
    builder.unreadable = skipUnreadable ? .skip : .refuse
    try build { try builder.build(to: output, progress: $0) }
  }
}
