internal import Configurations
public import Networks
public import Training

/// Everything a segmentation run depends on, whatever its start.
public struct SegmentationConfiguration: TransferConfiguration {
  /// Where pictures come from and how they are cut.
  public struct Data: Codable, Hashable, Sendable {
    /// The dataset (HDF5) with masks.
    public var path: String = ""
    /// The split to learn from; every record of it has a mask.
    public var trainSplit: String = "seg_train"
    /// The split to report on; looked at once, at the end.
    public var testSplit: String = "seg_val"
    /// Learn from this many pictures only, drawn with the seed's key; 0 takes all.
    public var trainPictures: Int = 0
    /// Learn from this share of the training pictures only (`TrainingSubset`).
    public var trainFraction: Double = 1
    /// Whether to report on the pictures learned from too: what the network can hold.
    public var reportsTraining: Bool = false
    /// How pictures and masks are scaled, cut and mirrored, alike.
    public var augmentation: SegmentationAugmentation = .init()
    /// Threads that read and prepare batches; the result does not depend on it.
    public var loaderThreads: Int = 2

    /// The defaults.
    public init() {}
  }

  /// How much the classes count in the loss.
  public enum Balance: String, Codable, Sendable, CaseIterable {
    /// Every pixel counts alike.
    case none
    /// Pixels of a class count median frequency / its frequency (Eigen & Fergus 2015).
    case medianFrequency = "median-frequency"
  }

  /// Where pictures come from and how they are cut.
  public var data: Data = .init()
  /// The trunk, the same for every start.
  public var trunk: TrunkConfiguration = .init()
  /// What the network sees of a picture.
  public var input: InputConfiguration = .init()
  /// Which layers learn, and how fast.
  public var tuning: TuningConfiguration = .init()
  /// The layer whose output is scored; empty takes the trunk's last.
  public var features: String = ""
  /// Shallower layers whose scores are added: none is FCN-32s, one more at each halved stride 16s
  /// and 8s.
  public var skips: [String] = []
  /// Whether the upsampling filters learn; they start as bilinear interpolation.
  public var learnsUpsampling: Bool = false
  /// Zeros on each side of every picture; there are more where the trunk needs them (100 in FCN).
  public var margin: Int = 0
  /// The share of features dropped before the scores.
  public var dropout: Double = 0.5
  /// Layers of the trunk whose outputs are dropped likewise, such as fc6 of AlexNet.
  public var dropoutAfter: [String] = []
  /// How much the classes count in the loss.
  public var balance: Balance = .none
  /// The fraction of the training pictures that evaluations on the way hold out; none is held out
  /// where there are no evaluations.
  public var heldOutFraction: Double = 0.1
  /// What every run can be told. Pictures of a
  /// pass that are smaller than the largest of them are filled up with void; tests are of single
  /// precision.
  public var run: RunSettings = .ofLabels
  /// Whether the predictions are saved as palette PNG files, as the VOC server takes them.
  public var savesPredictions: Bool = true
  /// Test pictures on the sheet of pictures, truths and predictions; 0 makes none.
  public var sheetPictures: Int = 8

  /// The longer side of pictures, where it is limited; otherwise they have any.
  public var inputSize: Int { data.augmentation.longestSide }

  /// VOC2012 as richzhang/colorization's feature_learning_tests/segmentation trains it.
  public init() {
    run.batchSize = 1
    run.accumulation = 20
    run.iterations = 150_000
    run.optimizer.rule = .sgdCaffe
    run.optimizer.weightDecay = 5e-4
    run.optimizer.caffeBiases = true
    run.schedule.rate = 1e-4
    run.schedule.decay = .step
    run.schedule.factor = 0.1
    run.schedule.interval = 50_000
  }

  /// Threads that make batches.
  public var loaderThreads: Int { data.loaderThreads }

  /// The dataset.
  public static var contentPaths: [WritableKeyPath<Self, String>] { [\.data.path] }

  /// The settings of the first release, as digests of runs have them.
  public static var firstSettings: [String]? {
    [
      "data", "trunk", "input", "tuning", "features", "skips", "learnsUpsampling", "margin",
      "dropout", "dropoutAfter", "balance", "batchSize", "accumulation", "precision",
      "iterations", "optimizer", "schedule", "savesPredictions", "sheetPictures", "seed",
      "logInterval", "checkpointInterval",
    ]
  }

  /// Throws at the first setting that no run can have.
  public func check() throws {
    try ConfigurationError.require(dropout: dropout)
    try ConfigurationError.require(dataPath: data.path)
    try ConfigurationError.requireCounts([
      "data.trainPictures": data.trainPictures, "margin": margin, "sheetPictures": sheetPictures,
    ])
    let scales = data.augmentation
    guard scales.minimumScale > 0, scales.maximumScale >= scales.minimumScale,
      scales.maximumScale.isFinite
    else {
      throw ConfigurationError(
        place: "data.augmentation",
        problem: "minimumScale must be positive and at most maximumScale, they are "
          + "\(scales.minimumScale) and \(scales.maximumScale)")
    }
    guard !data.reportsTraining || run.evaluationInterval == 0 else {
      throw ConfigurationError(
        place: "data.reportsTraining",
        problem: "reports on pictures that evaluations hold out; set evaluationInterval=0")
    }
  }

  /// What the network is besides its trunk.
  var options: FullyConvolutionalNetwork.Options {
    var options = FullyConvolutionalNetwork.Options()
    options.features = features
    options.skips = skips
    options.learnsUpsampling = learnsUpsampling
    options.dropout = dropout
    options.dropoutAfter = dropoutAfter
    options.margin = margin
    return options
  }
}

extension SegmentationConfiguration {
  /// The split to learn from.
  public var trainSplit: String { data.trainSplit }

  /// The split to report on.
  public var testSplit: String {
    get { data.testSplit }
    set { data.testSplit = newValue }
  }
}
