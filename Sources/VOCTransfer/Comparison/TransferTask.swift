internal import Configurations
public import Runs
public import Tensors
public import Training

/// The settings that every transfer task has, whatever its data and head.
public protocol TransferConfiguration: StartSettings {
  /// Which layers learn, and how fast.
  var tuning: TuningConfiguration { get }
  /// What the trunk computes in while it learns; the head, the loss and tests are of single
  /// precision.
  var precision: Precision { get }
  /// Steps.
  var iterations: Int { get }
  /// The rule of the steps.
  var optimizer: OptimizerConfiguration { get }
  /// The learning rate.
  var schedule: ScheduleConfiguration { get }
  /// The root of all randomness.
  var seed: UInt64 { get }
  /// Steps between lines of the journal.
  var logInterval: Int { get }
  /// Steps between checkpoints, from which an interrupted run goes on; 0 saves at the end alone.
  var checkpointInterval: Int { get }
}

extension TransferConfiguration {
  /// Throws where a number of something is not positive, or a share that is dropped is none.
  func require(positive numbers: KeyValuePairs<String, Int>, dropout: Double) throws {
    for (place, value) in numbers where value < 1 {
      throw ConfigurationError(place: place, problem: "must be positive, it is \(value)")
    }
    guard (0..<1).contains(dropout) else {
      throw ConfigurationError(place: "dropout", problem: "must lie in 0..<1, it is \(dropout)")
    }
  }
}

/// One run of a transfer task: data, a start, and what comes of them.
public protocol TransferTask {
  /// Its settings.
  associatedtype Settings: StartSettings
  /// What it comes to.
  associatedtype Result: TransferResult

  /// The name in progress and messages, such as `classify`.
  static var name: String { get }

  /// Opens the data; every problem with them is found here.
  init(_ settings: Settings, start: Start, on device: Device) throws
  /// The content hash of the data.
  var dataHash: String { get }
  /// The digest of the proposals that it chooses from; nil where there are none.
  var proposalsDigest: String? { get }
  /// Trains in `folder` from `checkpoint`, or from the beginning where there is none, and tests.
  func run(in folder: RunFolder, from checkpoint: Checkpoint?) throws -> TransferOutcome<Result>
}

extension TransferTask {
  /// There are none.
  public var proposalsDigest: String? { nil }
}

/// What a run came to, or where it was interrupted.
public enum TransferOutcome<Result> {
  /// It was trained and tested.
  case finished(Result)
  /// A signal asked for the end; everything up to that step is saved.
  case interrupted(Signals.Ending, step: Int)
}

/// What one run came to: everything a table needs, and what proves it.
public protocol TransferResult: Codable, Sendable {
  /// What it started from and what it saw.
  var run: RunRecord { get }
  /// The scores for a table; the first is the one in which starts are compared.
  var measures: [Measure] { get }
  /// The first measure class by class; empty where a task has none.
  var classMeasures: [ClassMeasure] { get }
  /// What the counts of `classMeasures` count, such as `test pictures`.
  static var counted: String { get }
}

extension TransferResult {
  /// What the mean over classes rests on: how many classes the test shows, and those shown least.
  /// Nil where a task has no classes.
  public var basis: String? {
    // A class that no pixel of the test shows has an IoU of 0 where one is given to it, and no part
    // in the mean.
    let shown = classMeasures.filter { $0.value != nil && $0.count > 0 }.sorted {
      ($0.count, $0.name) < ($1.count, $1.name)
    }
    guard !shown.isEmpty else { return nil }
    let least = shown.prefix(3).map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    return "\(measures[0].name) is the mean over \(shown.count) of \(classMeasures.count) classes; "
      + "fewest \(Self.counted): \(least)"
  }
}

/// The score of one class.
public struct ClassMeasure: Sendable, Equatable {
  /// The class.
  public let name: String
  /// The score; nil where it is not defined.
  public let value: Double?
  /// Test pictures, objects or pixels of the class: how much the score rests on.
  public let count: Int

  /// The score of the class called `name`.
  public init(_ name: String, _ value: Double?, count: Int) {
    self.name = name
    self.value = value
    self.count = count
  }
}

/// A score between 0 and 1 under a name.
public struct Measure: Sendable, Equatable {
  /// The heading of its column, such as `mAP area`.
  public let name: String
  /// The score; not a number where it is not defined.
  public let value: Double
  /// What scores without knowledge come to, where that is known.
  public let chance: Double?

  /// A score.
  public init(_ name: String, _ value: Double, chance: Double? = nil) {
    self.name = name
    self.value = value
    self.chance = chance
  }
}
