internal import ArgumentParser
internal import VOCTransfer

/// `pigment transfer NAME`: fine-tuning for one task, from several starts, over seeds.
struct FineTuneCommand<Task: TransferTask>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Task.name, abstract: Task.abstract, discussion: Task.discussion)
  }

  @OptionGroup var options: TransferOptions
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    if options.dryRun { return try options.foresee(Task.self) }
    try options.compare(FineTuning<Task>.self)
  }
}

extension TransferTask {
  /// The command that fine-tunes for this task.
  static var command: any ParsableCommand.Type { FineTuneCommand<Self>.self }
}
