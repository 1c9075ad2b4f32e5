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
  /// Pictures of one pass; those smaller than the largest of them are filled up with void.
  public var batchSize: Int = 1
  /// Passes whose gradients are averaged for one step (Caffe's `iter_size`).
  public var accumulation: Int = 20
  /// What the trunk computes in while it learns; tests are of single precision.
  public var precision: Precision = .f32
  /// Steps.
  public var iterations: Int = 150_000
  /// The rule of the steps.
  public var optimizer: OptimizerConfiguration = .init()
  /// The learning rate of the scores.
  public var schedule: ScheduleConfiguration = .init()
  /// Whether the predictions are saved as palette PNG files, as the VOC server takes them.
  public var savesPredictions: Bool = true
  /// Test pictures on the sheet of pictures, truths and predictions; 0 makes none.
  public var sheetPictures: Int = 8
  /// The root of all randomness.
  public var seed: UInt64 = 1
  /// Steps between lines of the journal.
  public var logInterval: Int = 10
  /// Steps between checkpoints, from which an interrupted run goes on.
  public var checkpointInterval: Int = 500

  /// The longer side of pictures, where it is limited; otherwise they have any.
  public var inputSize: Int { data.augmentation.longestSide }

  /// VOC2012 as richzhang/colorization's feature_learning_tests/segmentation trains it.
  public init() {
    optimizer.rule = .sgdCaffe
    optimizer.weightDecay = 5e-4
    optimizer.caffeBiases = true
    schedule.rate = 1e-4
    schedule.decay = .step
    schedule.factor = 0.1
    schedule.interval = 50_000
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
