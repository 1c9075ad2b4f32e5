internal import ArgumentParser
internal import Processes
internal import Runs
internal import Tensors
internal import Text
internal import VOCTransfer

/// `pigment transfer test`: a finished run on other pictures.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Score a finished run on another dataset or split.",
    discussion: """
      The result goes to RUN/tests/SPLIT-CONTENT and says what it is of; the run's own stays as it \
      is. The classes must be those that the run learned.
      """)

  @Argument(help: ArgumentHelp("The folder of a finished run.", valueName: "run"))
  var path: String
  @Argument(help: "The dataset (HDF5).") var data: String
  @Option(help: "The split to report on; as in the run, unless given.") var split: String?
  @Option(help: "Detection: the proposals of the dataset (HDF5).") var proposals: String?
  @OptionGroup var device: DeviceOptions
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let record = try RunFolder.environment(of: path)
    guard let name = record.task, let task = Tasks.transfer(name) else {
      throw RunError(
        path: path, problem: "is no run of pigment transfer \(Tasks.transferNames)")
    }
    try test(task, as: record)
  }

  private func test<Task: TransferTask>(
    _ task: Task.Type, as record: EnvironmentRecord
  ) throws {
    let chosen = try device.chosen(otherwise: record.device)
    try RunFolder.asItBegan(path, warn: Output.warn) {
      let test = try TransferTest<Task>(
        of: path, on: MovedFiles(data: data, proposals: proposals), split: split, device: chosen)
      let result = try test.result()
      let table = TransferTable.table([(name: result.run.start, results: [result])])
      Output.show(table.report("\(test.tested)"))
      Output.show(
        .file(
          test.folder, "tested on \(test.tested); \(test.folder)", ["tested": "\(test.tested)"]))
    }
  }
}
