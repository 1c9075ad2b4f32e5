public import Datasets
internal import Layers
public import Networks
public import Training

/// Everything a multi-label classification run depends on, whatever its start.
public struct ClassificationConfiguration: TransferConfiguration {
  /// Where pictures come from and how they are cut.
  public struct Data: Codable, Hashable, Sendable {
    /// The dataset (HDF5) with multi-label annotations.
    public var path: String = ""
    /// The split to learn from.
    public var trainSplit: String = "trainval"
    /// The split to report on; looked at once, at the end.
    public var testSplit: String = "test"
    /// Learn from this many pictures only, the first of a keyed permutation; 0 takes all.
    public var trainPictures: Int = 0
    /// Learn from this share of the training pictures only (`TrainingSubset`).
    public var trainFraction: Double = 1
    /// The window each training sample is cut from.
    public var augmentation: Augmentation = .init()
    /// Threads that read and prepare batches; the result does not depend on it.
    public var loaderThreads: Int = 2

    /// The defaults.
    public init() {}
  }

  /// Which layers learn.
  public enum Regime: String, Codable, Sendable, CaseIterable {
    /// The new classifier alone, on frozen features.
    case head
    /// The trunk's last block besides: fc6 and fc7 of AlexNet, conv6 and conv7 of ECCV16, conv5 of
    /// VGG-16, layer4 of a ResNet. Layers below are frozen.
    case late
    /// Every layer that `tuning` does not freeze.
    case all
  }

  /// Where pictures come from and how they are cut.
  public var data: Data = .init()
  /// The trunk, the same for every start.
  public var trunk: TrunkConfiguration = .init()
  /// What the network sees of a picture.
  public var input: InputConfiguration = .init()
  /// Which layers learn, and how fast.
  public var tuning: TuningConfiguration = .init()
  /// The layer whose output is classified; empty takes the trunk's last.
  public var features: String = ""
  /// Which layers learn.
  public var regime: Regime = .all
  /// The share of features dropped before the classifier.
  public var dropout: Double = 0.5
  /// Pictures per step.
  public var batchSize: Int = 16
  /// What the trunk computes in while it learns; tests are of single precision.
  public var precision: Precision = .f32
  /// Steps.
  public var iterations: Int = 80_000
  /// The rule of the steps.
  public var optimizer: OptimizerConfiguration = .init()
  /// The learning rate of the classifier.
  public var schedule: ScheduleConfiguration = .init()
  /// The root of all randomness.
  public var seed: UInt64 = 1
  /// Steps between lines of the journal.
  public var logInterval: Int = 10
  /// Steps between checkpoints, from which an interrupted run goes on.
  public var checkpointInterval: Int = 500

  /// Rows and columns of the crops.
  public var inputSize: Int { data.augmentation.size }

  /// VOC07 as philkr/voc-classification trains it.
  public init() {
    optimizer.rule = .sgd
    optimizer.weightDecay = 1e-6
    optimizer.clipNorm = 10
    optimizer.caffeBiases = true
    schedule.rate = 1e-3
    schedule.decay = .step
    schedule.factor = 0.5
    schedule.interval = 10_000
  }
}

extension ClassificationConfiguration {
  /// The layers that do not learn. What `tuning` freezes goes with the regime `all` only.
  func frozenLayers(of features: Stack) throws -> [String] {
    guard regime != .all else { return try tuning.frozenLayers(of: features) }
    guard tuning.frozenThrough.isEmpty else {
      throw ConfigurationError(
        place: "tuning.frozenThrough",
        problem: "says what the regime '\(regime.rawValue)' says already; give one of them")
    }
    guard regime == .late else { return features.names }
    let last = trunk.architecture.trunk.lastEarlyLayer
    guard features.names.contains(last), features.names.last != last else {
      throw ConfigurationError(
        place: "regime",
        problem: "'late' trains the layers after '\(last)', but features end before; use 'head'")
    }
    return features.through(last).names
  }
}
