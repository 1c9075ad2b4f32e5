internal import ArgumentParser
internal import VOCTransfer

/// `pigment transfer classify`: multi-label classification from several starts, over seeds.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Multi-label classification: every start with every seed, and a table.")

  @OptionGroup var options: TransferOptions

  func run() throws { try options.compare(ClassificationRun.self) }
}
