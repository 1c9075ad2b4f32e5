internal import ArgumentParser
internal import Datasets
internal import Images

/// `pigment data build folder`: pictures in folders.
struct BuildFolder: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "folder",
    abstract: "From folders of pictures: one subfolder per class, or no classes at all.")

  @Argument(help: "Folders; FOLDER=SPLIT makes a folder's pictures a split.") var folders: [String]
  @OptionGroup var splits: SplitOptions
  @OptionGroup var profiles: ProfileOptions
  @Option(name: .shortAndLong, help: "The dataset to write (.h5).") var output: String
  @OptionGroup var replace: ReplaceOptions
  @Flag(help: "Take pictures at any depth, without labels.") var unlabelled = false
  @Option(help: "Hold out this fraction as 'val', the rest is 'train'.") var holdOut: Double?
  @Flag(help: "Leave out files that cannot be read, and report them.") var skipUnreadable = false

  func run() throws {
    try replace.check(output, .dataset, inputs: folders)
    let roots = folders.map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      return FolderBuilder.Root(parts[0], split: parts.count > 1 ? parts[1] : nil)
    }
    var builder = FolderBuilder(roots: roots, labels: unlabelled ? .none : .subfolders)
    builder.holdOut = holdOut.map { HoldOut(fraction: $0) }
    builder.splitLists = splits.lists
    builder.colorProfiles = profiles.colorProfiles
    builder.unreadable = skipUnreadable ? .skip : .refuse
    var counter = Counter("building")
    let report = try builder.build(to: output) { counter.update($0.done, of: $0.total) }
    counter.finish()
    printReport(report)
  }
}
