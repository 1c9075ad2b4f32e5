internal import Configurations
public import Datasets
public import Layers
public import Networks
public import Randomness
internal import Runs
public import Tensors
public import Training

/// The settings that every transfer task has, whatever its data and head.
public protocol TransferConfiguration: StartSettings, RunConfiguration {
  /// The name of the split to learn from.
  var trainSplit: String { get }
  /// The name of the split to report on.
  var testSplit: String { get set }
  /// Which layers learn, and how fast.
  var tuning: TuningConfiguration { get }
  /// The fraction of the training pictures that evaluations on the way hold out.
  var heldOutFraction: Double { get }
  /// Threads that make batches.
  var loaderThreads: Int { get }
  /// Throws at the first setting that no run can have, those of every run aside.
  func check() throws
}

/// What a task is opened for.
public enum TaskUse: Sendable {
  /// Learning from the training split, and testing then.
  case learning
  /// Testing a network that has learned already.
  case testing
}

/// A task that a trunk is fine-tuned on: data with labels, a head, a loss and a test.
///
/// A task says what is its own; `FineTuning` makes a run of it from any start, the same for every
/// task, and `Comparison` sets the starts side by side.
public protocol TransferTask {
  /// Its settings.
  associatedtype Settings: TransferConfiguration
  /// The trunk and what surrounds it. In checkpoints the trunk's tensors bear their own names.
  associatedtype Network: Parameterized
  /// What one pass learns from.
  associatedtype Batch: LearningBatch
  /// What it comes to.
  associatedtype Result: TransferResult

  /// The name in commands, progress and messages, such as `classify`.
  static var name: String { get }
  /// What it is, in a line for help.
  static var abstract: String { get }
  /// More for help; empty for nothing.
  static var discussion: String { get }

  /// Opens the data; every problem with them is found here. One that only tests looks at its test
  /// split alone.
  init(_ settings: Settings, for use: TaskUse, on device: Device) throws
  /// Its settings.
  var settings: Settings { get }
  /// The pictures.
  var dataset: Dataset { get }
  /// The records to learn from, those that evaluations hold out among them.
  var train: [Int] { get }
  /// The digest of the proposals that it chooses from; nil where there are none.
  var proposalsDigest: String? { get }

  /// The network around a trunk that sees pictures as `preprocessing` says; what is new is drawn
  /// from `key`.
  func network(
    on trunk: Stack, _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> TransferNetwork<Network>
  /// What makes batch i of `records`, on several threads at once; the order is that of the stream
  /// over the records whose key is `key`.
  func batches(
    of records: [Int], _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> @Sendable (Int) throws -> Batch
  /// The loss of one pass through a network whose layers `frozen` behave as in evaluation.
  func loss(
    _ network: inout Network, _ batch: Batch, frozen: [String], _ pass: inout Pass
  ) throws -> TrainingLoop.Loss
  /// Scores by name, such as `validation/mAP`, of records that were not learned from.
  func metrics(
    of network: Network, _ preprocessing: Preprocessing, on records: [Int]
  ) throws -> [String: Double]
  /// Tests a trained network on the test split; `record` says what it started from. Files beside
  /// the result go to the folder at `folder`.
  func result(
    of network: Network, _ preprocessing: Preprocessing, _ record: RunRecord, in folder: String
  ) throws -> Result
  /// Rows and columns of what the network sees of the smallest of these records.
  func leastInput(of records: [Int]) -> Pair
  /// What is unusual about the labels of these records to learn from, a sentence each: where they
  /// are all the same, a network learns to answer without looking.
  func labelWarnings(of records: [Int]) throws -> [String]
  /// Test pictures, for the record.
  var testCount: Int { get }
}

extension TransferTask {
  /// Opens the data to learn from them.
  public init(_ settings: Settings, on device: Device = .cpu) throws {
    try self.init(settings, for: .learning, on: device)
  }

  /// The square that all pictures become.
  public func leastInput(of records: [Int]) -> Pair {
    Pair(settings.inputSize, settings.inputSize)
  }
  /// Nothing is unusual.
  public func labelWarnings(of records: [Int]) throws -> [String] { [] }
  /// Nothing more.
  public static var discussion: String { "" }
  /// There are none.
  public var proposalsDigest: String? { nil }
}

/// A network for a task, and what it is made of.
public struct TransferNetwork<Network: Parameterized> {
  /// The network.
  public var network: Network
  /// The part of the trunk that it uses, whose names its parameters bear.
  public var features: Stack
  /// The names of all layers that came from the trunk.
  public var layers: [String]
  /// Those that do not learn.
  public var frozen: [String]

  /// A network that uses `features` of a trunk, and no other layers of it unless said so.
  public init(_ network: Network, features: Stack, layers: [String]? = nil, frozen: [String]) {
    self.network = network
    self.features = features
    self.layers = layers ?? features.names
    self.frozen = frozen
  }
}

extension ConfigurationError {
  /// Throws unless `dropout` is a fraction that can be dropped.
  static func require(dropout: Double) throws {
    guard (0..<1).contains(dropout) else {
      throw ConfigurationError(place: "dropout", problem: "must lie in 0..<1, it is \(dropout)")
    }
  }

  /// Throws where no dataset is named.
  static func require(dataPath: String) throws {
    guard !dataPath.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
    }
  }
}
