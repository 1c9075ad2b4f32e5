internal import ArgumentParser
internal import Datasets

/// `pigment data build folder`: pictures in folders.
struct BuildFolder: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "folder",
    abstract: "From folders of pictures: one subfolder per class, or no classes at all.")

  @Argument(help: "Folders; FOLDER=SPLIT makes a folder's pictures a split.") var folders: [String]
  @OptionGroup var common: BuildArguments
  @Flag(help: "Take pictures at any depth, without labels.") var unlabelled = false
  @OptionGroup var rest: HoldOutArguments
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    try common.checkOutput(inputs: FolderBuilder.Root.paths(folders))
    var builder = FolderBuilder(
      roots: folders.map(FolderBuilder.Root.init(argument:)),
      labels: unlabelled ? .none : .subfolders)
    builder.holdOut = rest.holdOut
    builder.options = common.options
    try build { try builder.build(to: common.output, progress: $0) }
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
