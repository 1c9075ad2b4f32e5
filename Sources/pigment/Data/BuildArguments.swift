internal import ArgumentParser
internal import Datasets
internal import Images

/// The arguments that builders of datasets from files of pictures have in common.
struct BuildArguments: ParsableArguments {
  @Option(
    name: .customLong("split"),
    help: "NAME=FILE.txt: the records that the file lists, one id a line; may be repeated.")
  var splits: [String] = []
  @OptionGroup var profiles: ProfileOptions
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Flag(help: "Leave out files that cannot be read, and report them.") var skipUnreadable = false

  /// What was asked for.
  var options: BuildOptions {
    BuildOptions(
      splitLists: splits.map { text in
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        return SplitList(parts[0], path: parts[1])
      },
      unreadable: skipUnreadable ? .skip : .refuse, colorProfiles: profiles.colorProfiles)
  }

  func validate() throws {
    for text in splits where text.split(separator: "=", maxSplits: 1).count < 2 {
      throw ValidationError("--split \(text) has no file; write --split NAME=FILE.txt")
    }
  }

  /// Refuses to replace what these inputs are, or a file of another kind.
  func checkOutput(inputs: [String]) throws {
    try replace.check(output, .dataset, inputs: inputs)
  }
}

/// A part to hold out of pictures that come without splits.
struct HoldOutArguments: ParsableArguments {
  @Option(
    name: .customLong("hold-out"), help: "Hold out this fraction as 'val', the rest is 'train'.")
  var fraction: Double?

  var holdOut: HoldOut? { fraction.map { HoldOut(fraction: $0) } }
}

/// Classes that files know by numbers.
struct NumberedClassArguments: ParsableArguments {
  @Option(help: "A text file with the names of the classes, one a line.") var classes: String?
  @Flag(help: "Leave labels alone.") var unlabelled = false
}
