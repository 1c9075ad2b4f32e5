public import Processes
public import Runs
public import Tensors

/// One run of something that starts are compared in: fine-tuning for a task, or probes of frozen
/// features.
public protocol ComparedTask {
  /// Its settings.
  associatedtype Settings: StartSettings
  /// What it comes to.
  associatedtype Result: TransferResult

  /// The name in commands, progress and messages, such as `classify`.
  static var name: String { get }

  /// Opens the data; every problem with them is found here.
  init(_ settings: Settings, start: PreparedStart, on device: Device) throws
  /// The content hash of the data.
  var dataHash: String { get }
  /// The digest of the proposals that it chooses from; nil where there are none.
  var proposalsDigest: String? { get }
  /// Checkpoints that stay.
  var keepCheckpoints: Int { get }
  /// Trains in `folder` from `checkpoint`, or from the beginning where there is none, tests, and
  /// writes the result there.
  func run(in folder: RunFolder, from checkpoint: Checkpoint?) throws -> TransferOutcome<Result>
}

extension ComparedTask {
  /// There are none.
  public var proposalsDigest: String? { nil }

  /// The same from a start that is looked at now.
  public init(_ settings: Settings, start: Start, on device: Device = .cpu) throws {
    try self.init(settings, start: start.prepared(settings, on: device), on: device)
  }
}

/// What a run came to, or where it was interrupted.
public enum TransferOutcome<Result> {
  /// It was trained and tested.
  case finished(Result)
  /// A signal asked for the end; everything up to that step is saved.
  case interrupted(Signals.Ending, step: Int)
}
