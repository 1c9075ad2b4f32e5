public import Randomness

/// Where a run stands: with weights and optimizer, all that is needed to go on as if never stopped.
public struct TrainingProgress: Sendable, Hashable, Codable {
  /// The best value of a metric so far.
  public struct Best: Sendable, Hashable, Codable {
    /// The metric's name, such as `validation/mAP`.
    public var metric: String
    /// Its value.
    public var value: Double
    /// The step it was reached at.
    public var step: Int

    /// A best value.
    public init(metric: String, value: Double, step: Int) {
      self.metric = metric
      self.value = value
      self.step = step
    }
  }

  /// Steps taken.
  public var step: Int
  /// Whole passes through the data.
  public var epoch: Int
  /// Samples of the current pass that were used already.
  public var position: Int
  /// The key that all randomness of the run comes from.
  public var key: RandomKey
  /// The best value of the metric that is watched, where one is.
  public var best: Best?
  /// The digest of the merged configuration.
  public var configurationHash: String
  /// The digest of the data set.
  public var dataHash: String

  /// The start of a run unless told otherwise.
  public init(
    step: Int = 0, epoch: Int = 0, position: Int = 0, key: RandomKey, best: Best? = nil,
    configurationHash: String, dataHash: String
  ) {
    self.step = step
    self.epoch = epoch
    self.position = position
    self.key = key
    self.best = best
    self.configurationHash = configurationHash
    self.dataHash = dataHash
  }
}
