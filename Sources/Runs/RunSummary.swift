internal import Configurations
internal import Files
internal import Foundation

/// What the folder of a run says about it, without opening it: other processes may be writing.
public struct RunSummary: Sendable {
  /// The folder.
  public let path: String
  /// What is learned, such as `colorization` or `classify`.
  public let task: String
  /// What a transfer run's trunk started from; nil for other runs.
  public let start: String?
  /// When it began, as ISO 8601 in UTC.
  public let started: String
  /// Steps taken, by the journal.
  public let steps: Int
  /// Steps that it is to take, as far as its configuration says so.
  public let iterations: Int?
  /// The last loss that the journal has.
  public let loss: Double?
  /// Metrics of every evaluation, by the steps before it.
  public let evaluations: [(step: Int, metrics: [String: Double])]
  /// The steps of its checkpoints.
  public let checkpoints: [Int]
  /// Lines of the journal that say what went wrong or changed, with the steps before.
  public let notes: [(step: Int, text: String)]

  /// Whether its result is there, or where it has none, whether it took all its steps.
  public var isFinished: Bool { standing.isFinished }

  /// Such as `finished` or `step 300 of 1000`.
  public var state: String { "\(standing)" }

  private let standing: RunStanding

  /// Reads the folder of a run; an error where it holds none.
  public init(_ path: String) throws {
    let configuration = try RunFolder.configurationFile(of: path)
    let record = try RunFolder.environment(of: path)
    let journal = "\(path)/journal.jsonl"
    let events =
      try POSIXFiles.posix.exists(journal) ? Journal.events(in: journal) : []
    self.path = path
    task =
      try record.task ?? SingleSetting.text("task", in: configuration) ?? "recognizer"
    (start, started) = (record.start, record.started)
    steps = events.map(\.step).max() ?? 0
    iterations = try SingleSetting.text("iterations", in: configuration).flatMap { Int($0) }
    var loss: Double?
    var evaluations: [(step: Int, metrics: [String: Double])] = []
    var notes: [(step: Int, text: String)] = []
    for event in events {
      switch event {
      case .step(let step): loss = step.loss
      case .evaluation(let step, let metrics): evaluations.append((step, metrics))
      case .note(let step, let text): notes.append((step, text))
      case .environment(let step, let differences):
        notes += differences.map { (step, "\($0)") }
      }
    }
    (self.loss, self.evaluations, self.notes) = (loss, evaluations, notes)
    standing = RunStanding(
      steps: steps, iterations: iterations,
      hasResult: try POSIXFiles.posix.exists("\(path)/evaluation.json"))
    let folder = "\(path)/checkpoints"
    checkpoints = try POSIXFiles.posix.exists(folder) ? CheckpointFolder.steps(in: folder) : []
  }

  /// The folders of runs in `folder` at any depth, itself included, in the order of their names.
  public static func folders(in folder: String) throws -> [String] {
    if try POSIXFiles.posix.exists("\(folder)/configuration.yaml") { return [folder] }
    return try POSIXFiles.posix.list(folder).sorted().flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      var isFolder: ObjCBool = false
      guard !name.hasPrefix("."),
        FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
      else { return [] }
      return try folders(in: path)
    }
  }

  /// The best evaluation by a metric; nil where none has it.
  public func best(
    _ metric: String, lowest: Bool
  ) -> (step: Int, value: Double)? {
    let values = evaluations.compactMap { found in
      found.metrics[metric].map { (step: found.step, value: $0) }
    }
    return values.min { lowest ? $0.value < $1.value : $0.value > $1.value }
  }

  /// Bytes of everything in the folder, counted anew at each call.
  public var bytes: Int {
    let names = FileManager.default.subpaths(atPath: path) ?? []
    return names.reduce(0) { $0 + ((try? POSIXFiles.posix.size("\(path)/\($1)")) ?? 0) }
  }
}
