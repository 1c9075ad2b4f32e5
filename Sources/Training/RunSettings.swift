public import Configurations
public import Runs

/// What every training run can be told, whatever it trains. Its settings stand at the top level of
/// a configuration.
public struct RunSettings: SharedSettings, Hashable {
  /// Pictures of one pass.
  public var batchSize: Int = 40
  /// Passes whose mean gradient makes one step (Caffe's `iter_size`).
  public var accumulation: Int = 1
  /// Steps.
  public var iterations: Int = 450_000
  /// The type of numbers between the layers of the trunk; weights and optimizer are single
  /// precision.
  public var precision: Precision = .f32
  /// Whether a step on the CPU gives the same bits for any number of threads: batches are then cut
  /// into at most eight pieces, each the work of one thread. Otherwise the libraries share the work
  /// out, which can be faster with more threads than pictures in a batch, on more than eight
  /// threads, or with AVX-512 in single precision.
  public var threadInvariant: ThreadInvariance = .automatic
  /// The rule of the steps.
  public var optimizer: OptimizerConfiguration = .init()
  /// The learning rate.
  public var schedule: ScheduleConfiguration = .init()
  /// Which checkpoints are the best, and when to stop early.
  public var selection: CheckpointSelection = .init()
  /// The root of all randomness.
  public var seed: UInt64 = 1
  /// Steps between lines of the journal.
  public var logInterval: Int = 10
  /// Steps between checkpoints, from which an interrupted run resumes; 0 saves at the end alone.
  public var checkpointInterval: Int = 1000
  /// Newest checkpoints that are kept.
  public var keepCheckpoints: Int = 3
  /// Steps between evaluations on held-out pictures; 0 makes none.
  public var evaluationInterval: Int = 1000
  /// Whether TensorBoard's event files are written too, in the run's folder `tensorboard`.
  public var tensorBoard: Bool = true

  /// The defaults of pretraining.
  public init() {}

  /// The defaults of a task that learns from labels: one checkpoint, no evaluations on the way.
  public static var ofLabels: RunSettings {
    var settings = RunSettings()
    settings.keepCheckpoints = 1
    settings.evaluationInterval = 0
    settings.checkpointInterval = 500
    return settings
  }

  /// Throws at the first setting that no run can have.
  public func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: setting, problem: problem) }
    }
    for (setting, value) in [
      ("batchSize", batchSize), ("accumulation", accumulation), ("iterations", iterations),
      ("keepCheckpoints", keepCheckpoints),
    ] {
      try require(value > 0, setting, "must be positive, it is \(value)")
    }
    for (setting, value) in [
      ("logInterval", logInterval), ("checkpointInterval", checkpointInterval),
      ("evaluationInterval", evaluationInterval),
    ] {
      try require(value >= 0, setting, "must not be negative, it is \(value)")
    }
    try schedule.check()
    try optimizer.check()
    try selection.check()
    try require(
      selection.metric.isEmpty || evaluationInterval > 0, "evaluationInterval",
      "must be positive where selection.metric chooses among checkpoints")
  }
}

/// The configuration of something that is trained in a run folder.
@dynamicMemberLookup
public protocol RunConfiguration: Configuration {
  /// What every run can be told.
  var run: RunSettings { get set }
}

extension RunConfiguration {
  /// A setting that every run has, as it stands in the configuration: at the top level.
  public subscript<Value>(dynamicMember path: WritableKeyPath<RunSettings, Value>) -> Value {
    get { run[keyPath: path] }
    set { run[keyPath: path] = newValue }
  }
}
