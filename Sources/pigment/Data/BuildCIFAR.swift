internal import ArgumentParser
internal import Datasets

/// `pigment data build cifar`: the binary version of CIFAR-10 or CIFAR-100.
struct BuildCIFAR: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cifar",
    abstract: "From the binary version of CIFAR-10 or CIFAR-100: labels, train and test.")

  @Argument(help: "The unpacked folder, cifar-10-batches-bin or cifar-100-binary.")
  var folder: String
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Flag(help: "The 20 coarse labels of CIFAR-100 instead of its 100 fine ones.") var coarse = false
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try replace.check(output, .dataset, inputs: [folder])
    let builder = CIFARBuilder(folder: folder, labels: coarse ? .coarse : .fine)
    try build { try builder.build(to: output, progress: $0) }
  }
}
