internal import ArgumentParser
internal import Datasets

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
  @OptionGroup var common: BuildArguments
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try common.checkOutput(inputs: [folder] + [validationLabels].compactMap { $0 })
    var builder = ImageNetBuilder(folder: folder)
    builder.validationLabels = validationLabels
    builder.options = common.options
    try build { try builder.build(to: common.output, progress: $0) }
  }
}
