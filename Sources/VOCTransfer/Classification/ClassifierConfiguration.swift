internal import Configurations
public import Datasets
internal import Layers
public import Networks
public import Training

/// Everything a multi-label classification run depends on, whatever its start.
public typealias ClassificationConfiguration = ClassifierConfiguration<MultiLabelRecipe>
/// Everything a single-label classification run depends on, whatever its start.
public typealias CategorizationConfiguration = ClassifierConfiguration<SingleLabelRecipe>

/// The defaults of a classification task.
public protocol ClassifierRecipe: Sendable {
  /// Sets the defaults.
  static func apply(to settings: inout ClassifierConfiguration<Self>)
}

/// VOC07 as philkr/voc-classification trains it.
public enum MultiLabelRecipe: ClassifierRecipe {
  /// Sets the defaults.
  public static func apply(to settings: inout ClassificationConfiguration) {
    settings.run.batchSize = 16
    settings.run.iterations = 80_000
    settings.run.optimizer.rule = .sgd
    settings.run.optimizer.weightDecay = 1e-6
    settings.run.optimizer.clipNorm = 10
    settings.run.optimizer.caffeBiases = true
    settings.run.schedule.rate = 1e-3
    settings.run.schedule.decay = .step
    settings.run.schedule.factor = 0.5
    settings.run.schedule.interval = 10_000
  }
}

/// A short fine-tuning by SGD with momentum, half a cosine, and no dropout.
public enum SingleLabelRecipe: ClassifierRecipe {
  /// Sets the defaults.
  public static func apply(to settings: inout CategorizationConfiguration) {
    settings.data.trainSplit = "train"
    settings.dropout = 0
    settings.run.batchSize = 64
    settings.run.iterations = 10_000
    settings.run.optimizer.rule = .sgd
    settings.run.optimizer.weightDecay = 5e-4
    settings.run.schedule.rate = 0.01
    settings.run.schedule.decay = .cosine
    settings.run.schedule.warmup = 100
  }
}

/// Everything a classification run depends on, with the defaults of a recipe.
public struct ClassifierConfiguration<Recipe: ClassifierRecipe>: TransferConfiguration {
  /// Where pictures come from and how they are cut.
  public struct Data: Codable, Hashable, Sendable {
    /// The dataset (HDF5) with labels of the kind.
    public var path: String = ""
    /// The split to learn from.
    public var trainSplit: String = "trainval"
    /// The split to report on; looked at once, at the end.
    public var testSplit: String = "test"
    /// Learn from this many pictures only, the first of a keyed permutation; 0 takes all.
    public var trainPictures: Int = 0
    /// Learn from this share of the training pictures only (`TrainingSubset`).
    public var trainFraction: Double = 1
    /// The window each training sample is cut from, for which JPEG files may be decoded smaller
    /// (`Augmentation.decodingSize`); what is tested is decoded whole.
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
  /// The fraction of the training pictures that evaluations on the way hold out; none is held out
  /// where there are no evaluations.
  public var heldOutFraction: Double = 0.1
  /// What every run can be told. Tests are of single precision.
  public var run: RunSettings = .ofLabels

  /// Rows and columns of the crops.
  public var inputSize: Int { data.augmentation.size }

  /// The recipe's defaults.
  public init() { Recipe.apply(to: &self) }

  /// Threads that make batches.
  public var loaderThreads: Int { data.loaderThreads }

  /// Throws at the first setting that no run can have.
  public func check() throws {
    try ConfigurationError.require(dropout: dropout)
    try ConfigurationError.require(dataPath: data.path)
    try ConfigurationError.requireCounts(["data.trainPictures": data.trainPictures])
    if let problem = data.augmentation.problem {
      throw ConfigurationError(place: "data.augmentation", problem: problem)
    }
  }

  /// The dataset.
  public static var contentPaths: [WritableKeyPath<Self, String>] { [\.data.path] }

  /// The settings of the first release, as digests of runs have them.
  public static var firstSettings: [String]? {
    [
      "data", "trunk", "input", "tuning", "features", "regime", "dropout", "batchSize",
      "precision", "iterations", "optimizer", "schedule", "seed", "logInterval",
      "checkpointInterval",
    ]
  }
}

extension ClassifierConfiguration {
  /// The layers that do not learn. What `tuning` freezes goes with the regime `all` only.
  func frozenLayers(of features: Stack) throws -> [String] {
    guard regime != .all else { return try tuning.frozenLayers(of: features) }
    guard tuning.frozenThrough.isEmpty else {
      throw ConfigurationError(
        place: "tuning.frozenThrough",
        problem: "says what the regime '\(regime.rawValue)' says already; give one of them")
    }
    guard regime == .late else { return features.layerNames }
    let last = trunk.architecture.trunk.lastEarlyLayer
    let early = features.names.contains(last) ? features.through(last).layerNames : []
    guard !early.isEmpty, early != features.layerNames else {
      throw ConfigurationError(
        place: "regime",
        problem: "'late' trains the layers after '\(last)', but features end before; use 'head'")
    }
    return early
  }
}

extension ClassifierConfiguration {
  /// The split to learn from.
  public var trainSplit: String { data.trainSplit }

  /// The split to report on.
  public var testSplit: String {
    get { data.testSplit }
    set { data.testSplit = newValue }
  }
}
