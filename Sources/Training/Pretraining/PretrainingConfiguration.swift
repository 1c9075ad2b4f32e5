public import Configurations
public import Datasets
public import Networks
public import Runs
internal import Tensors

/// Everything a pretraining run depends on; a YAML file holds what differs from these defaults.
public struct PretrainingConfiguration<Task: PretextTask>: Configuration {
  /// What is learned.
  public var task: String = Task.name
  /// Where pictures come from and how they are cut.
  public var data: PretrainingData = .init()
  /// The trunk.
  public var trunk: TrunkConfiguration = .init()
  /// What the network is asked for.
  public var objective: Task.Settings = .init()
  /// The first weights.
  public var initialization: PretrainingStart = .init()
  /// Pictures per pass.
  public var batchSize: Int = 40
  /// Passes whose mean gradient makes one step.
  public var accumulation: Int = 1
  /// Steps.
  public var iterations: Int = 450_000
  /// The type of numbers between the layers; weights and optimizer are single precision.
  public var precision: Precision = .f32
  /// The rule of the steps. `weightDecay` is that of the task's published loss.
  public var optimizer: OptimizerConfiguration = .init()
  /// The learning rate.
  public var schedule: ScheduleConfiguration = .init()
  /// Which checkpoints are the best, and when to stop early.
  public var selection: CheckpointSelection = .init()
  /// The root of all randomness.
  public var seed: UInt64 = 1
  /// Steps between lines of the journal.
  public var logInterval: Int = 10
  /// Steps between checkpoints.
  public var checkpointInterval: Int = 1000
  /// Newest checkpoints that are kept.
  public var keepCheckpoints: Int = 3
  /// Steps between evaluations.
  public var evaluationInterval: Int = 1000
  /// Labelled pictures that features are probed with at every evaluation; none by default.
  public var probing: OnlineProbing = .init()
  /// Whether TensorBoard's event files are written too, in the run's folder `tensorboard`.
  public var tensorBoard: Bool = true

  /// The full-scale run of Zhang, Isola & Efros, ECCV 2016, as released.
  public init() {
    optimizer.weightDecay = 1e-3
    schedule.rate = 3.16e-5
    schedule.decay = .step
    schedule.factor = 0.316
    schedule.interval = 215_000
  }

  /// Throws at the first setting that no run can have.
  func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: setting, problem: problem) }
    }
    try require(task == Task.name, "task", "must be \(Task.name) here, it is '\(task)'")
    try require(!data.path.isEmpty, "data.path", "names no dataset; pigment data build makes one")
    for (setting, value) in [
      ("batchSize", batchSize), ("accumulation", accumulation), ("iterations", iterations),
      ("keepCheckpoints", keepCheckpoints), ("data.loaderThreads", data.loaderThreads),
    ] {
      try require(value > 0, setting, "must be positive, it is \(value)")
    }
    try require(
      (0..<1).contains(optimizer.averaging), "optimizer.averaging",
      "must lie in 0 ..< 1, it is \(optimizer.averaging)")
    if let problem = data.augmentation.problem {
      throw ConfigurationError(place: "data.augmentation", problem: problem)
    }
    try initialization.check()
    try selection.check()
    try probing.check()
  }
}

/// Where pictures come from and how they are cut.
public struct PretrainingData: Codable, Hashable, Sendable {
  /// The dataset (HDF5).
  public var path: String = ""
  /// The split to learn from.
  public var split: String = "train"
  /// The split to judge by.
  public var validationSplit: String = "val"
  /// Pictures of the validation split that are used.
  public var validationPictures: Int = 256
  /// The window each sample is cut from.
  public var augmentation: Augmentation = .init()
  /// Threads that read and prepare batches; the result does not depend on it.
  public var loaderThreads: Int = 2

  /// The defaults.
  public init() {}
}
