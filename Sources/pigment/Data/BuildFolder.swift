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
    try replace.check(output, .dataset, inputs: FolderBuilder.Root.paths(folders))
    var builder = FolderBuilder(
      roots: folders.map(FolderBuilder.Root.init(argument:)),
      labels: unlabelled ? .none : .subfolders)
    builder.holdOut = holdOut.map { HoldOut(fraction: $0) }
    builder.splitLists = splits.lists
    builder.colorProfiles = profiles.colorProfiles
    builder.unreadable = skipUnreadable ? .skip : .refuse
    try build { try builder.build(to: output, progress: $0) }
  }
}

extension FolderBuilder.Root {
  /// `PATH` or `PATH=SPLIT`.
  init(argument text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    self.init(parts.first ?? "", split: parts.count > 1 ? parts[1] : nil)
  }

  /// Where it is, as commands compare it with what they write.
  static func paths(_ arguments: [String]) -> [String] {
    arguments.map { Self(argument: $0).path }
  }
}
