public import Datasets
public import Networks
public import Training

/// Everything a pretraining run depends on; a YAML file holds what differs from these defaults.
public struct PretrainingConfiguration: Configuration {
  /// Where pictures come from and how they are cut.
  public struct Data: Codable, Hashable, Sendable {
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

  /// What the network is asked for.
  public struct Objective: Codable, Hashable, Sendable {
    /// Bins in a soft code: 10 in the released code, 5 in the paper's text.
    public var neighbors: Int = 10
    /// Width of the soft code, in ab units.
    public var sigma: Double = 5
    /// The share of the uniform distribution in the rebalancing: 0.5 in the paper, 1 for none.
    public var lambda: Double = 0.5
    /// Pictures that the prior is measured on.
    public var priorPictures: Int = 2000
    /// Crops without |a| or |b| above this get no gradient.
    public var grayThreshold: Double = 5

    /// The released objective.
    public init() {}
  }

  /// Where pictures come from and how they are cut.
  public var data: Data = .init()
  /// The trunk.
  public var trunk: TrunkConfiguration = .init()
  /// What the network is asked for.
  public var objective: Objective = .init()
  /// Pictures per step.
  public var batchSize: Int = 40
  /// Steps.
  public var iterations: Int = 450_000
  /// The rule of the steps. `weightDecay` is that of the released loss, which sums over positions.
  public var optimizer: OptimizerConfiguration = .init()
  /// The learning rate.
  public var schedule: ScheduleConfiguration = .init()
  /// The root of all randomness.
  public var seed: UInt64 = 1
  /// Steps between lines of the journal.
  public var logInterval: Int = 10
  /// Steps between checkpoints.
  public var checkpointInterval: Int = 1000
  /// Checkpoints that are kept.
  public var keepCheckpoints: Int = 3
  /// Steps between evaluations.
  public var evaluationInterval: Int = 1000

  /// The paper's full-scale run.
  public init() {
    optimizer.weightDecay = 1e-3
    schedule.rate = 3.16e-5
    schedule.decay = .step
    schedule.factor = 0.316
    schedule.interval = 215_000
  }
}
