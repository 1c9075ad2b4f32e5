internal import Configurations
public import Networks
public import Training

/// Everything a detection run depends on, whatever its start.
public struct DetectionConfiguration: TransferConfiguration {
  /// Where pictures and proposals come from.
  public struct Data: Codable, Hashable, Sendable {
    /// The dataset (HDF5) with boxes.
    public var path: String = ""
    /// Its proposals (HDF5); `pigment proposals build` makes them.
    public var proposals: String = ""
    /// The split to learn from; pictures without objects are left out.
    public var trainSplit: String = "trainval"
    /// The split to report on; looked at once, at the end.
    public var testSplit: String = "test"
    /// Learn from this many pictures only, the first of a keyed permutation; 0 takes all.
    public var trainPictures: Int = 0
    /// Learn from this share of the training pictures only (`TrainingSubset`).
    public var trainFraction: Double = 1
    /// Report on this many pictures only, the first of the split; 0 takes all.
    public var testPictures: Int = 0
    /// Report on the pictures that were learned from: a check that the network can learn at all,
    /// not a result.
    public var testsOnTrainingPictures: Bool = false
    /// Threads that read and prepare batches; the result does not depend on it.
    public var loaderThreads: Int = 2

    /// The defaults.
    public init() {}
  }

  /// How large pictures are.
  public struct Scales: Codable, Hashable, Sendable {
    /// Shorter sides in training, one drawn for each sample.
    public var training: [Int] = [480, 576, 688, 864, 1200]
    /// The longest side in training; the shorter one gives way.
    public var trainingLimit: Int = 2000
    /// The shorter side in testing.
    public var testing: Int = 600
    /// The longest side in testing.
    public var testingLimit: Int = 1000
    /// Whether half of the samples are mirrored.
    public var mirrors: Bool = true

    /// Fast R-CNN's five training scales and its test scale.
    public init() {}
  }

  /// The layers on the pooled regions.
  public struct Head: Codable, Hashable, Sendable {
    /// How a region's features become a grid.
    public enum Pooling: String, Codable, Sendable, CaseIterable {
      /// The largest value of each bin (Fast R-CNN).
      case max
      /// The mean of bilinear samples in each bin (Mask R-CNN).
      case align
    }

    /// How a region's features become a grid.
    public var pooling: Pooling = .max
    /// Rows and columns of the grid.
    public var size: Int = 6
    /// Outputs of fc6 and fc7, where they are new.
    public var hidden: Int = 4096
    /// The share of outputs of fc6 and fc7 that is dropped in training.
    public var dropout: Double = 0.5
    /// Whether fc6 and fc7 start from the trunk's, which AlexNet has; `size` is then 6.
    public var fromTrunk: Bool = false

    /// fc6 and fc7 of CaffeNet, new.
    public init() {}
  }

  /// From scores and box codes to detections.
  public struct Testing: Codable, Hashable, Sendable {
    /// Boxes of a class are dropped that overlap a better one (IoU) by more than this.
    public var suppression: Double = 0.3
    /// Scores below this are no detections.
    public var leastScore: Double = 0.01
    /// Detections kept of a picture, all classes together.
    public var maximumDetections: Int = 100
    /// Proposals taken of a picture; 0 takes all.
    public var proposals: Int = 2000
    /// Pictures on the sheet of detections.
    public var sheetPictures: Int = 12
    /// Detections on the sheet score at least this.
    public var sheetScore: Double = 0.5

    /// Fast R-CNN's suppression and number of detections.
    public init() {}
  }

  /// Where pictures and proposals come from.
  public var data: Data = .init()
  /// The trunk, the same for every start.
  public var trunk: TrunkConfiguration = .init()
  /// What the network sees of a picture.
  public var input: InputConfiguration = .init()
  /// Which layers learn, and how fast.
  public var tuning: TuningConfiguration = .init()
  /// The trunk layer whose output is pooled; empty takes the last before pool5, the last of layer3
  /// of a ResNet for large pictures (a stride of 16), or the last.
  public var features: String = ""
  /// How large pictures are.
  public var scales: Scales = .init()
  /// Which regions are learned from.
  public var sampling: RegionSampling = .init()
  /// How boxes are coded.
  public var coding: BoxCoding = .init()
  /// The layers on the pooled regions.
  public var head: Head = .init()
  /// From scores and box codes to detections.
  public var testing: Testing = .init()
  /// The fraction of the training pictures that evaluations on the way hold out; none is held out
  /// where there are no evaluations.
  public var heldOutFraction: Double = 0.1
  /// What every run can be told. Tests are of single precision.
  public var run: RunSettings = .ofLabels

  /// The shorter side in testing.
  public var inputSize: Int { scales.testing }

  /// VOC 2007 as richzhang/colorization reports it: multi-scale training, single-scale testing,
  /// 150,000 steps, a tenth of the rate every 50,000; the rest is Fast R-CNN's.
  public init() {
    run.batchSize = 2
    run.iterations = 150_000
    run.logInterval = 20
    run.checkpointInterval = 1000
    run.optimizer.rule = .sgd
    run.optimizer.momentum = 0.9
    run.optimizer.weightDecay = 5e-4
    run.optimizer.caffeBiases = true
    run.schedule.rate = 1e-3
    run.schedule.decay = .step
    run.schedule.factor = 0.1
    run.schedule.interval = 50_000
  }

  /// Threads that make batches.
  public var loaderThreads: Int { data.loaderThreads }

  /// The dataset and the proposals.
  public static var contentPaths: [WritableKeyPath<Self, String>] {
    [\.data.path, \.data.proposals]
  }

  /// The settings of the first release, as digests of runs have them.
  public static var firstSettings: [String]? {
    [
      "data", "trunk", "input", "tuning", "features", "scales", "sampling", "coding", "head",
      "testing", "batchSize", "precision", "iterations", "optimizer", "schedule", "seed",
      "logInterval", "checkpointInterval",
    ]
  }

  /// Throws at the first setting that no run can have.
  public func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: setting, problem: problem) }
    }
    try require(!data.path.isEmpty, "data.path", "names no dataset; pigment data build makes one")
    try require(
      !data.proposals.isEmpty, "data.proposals",
      "names no proposals; pigment proposals build \(data.path) --output FILE makes them")
    try ConfigurationError.requireCounts([
      "data.trainPictures": data.trainPictures, "data.testPictures": data.testPictures,
    ])
    try require(
      !scales.training.isEmpty && scales.training.allSatisfy { $0 >= 32 && $0 <= 8192 },
      "scales.training", "must be sides from 32 to 8192, it is \(scales.training)")
    try require(
      (32...8192).contains(scales.testing), "scales.testing",
      "must lie in 32...8192, it is \(scales.testing)")
    try require(
      min(scales.trainingLimit, scales.testingLimit) >= 32, "scales",
      "the longest sides must be at least 32")
    try require(head.size > 0 && head.hidden > 0, "head", "its sizes must be positive")
    try require(
      !head.fromTrunk || trunk.architecture.trunk.denseLayersFollow != nil, "head.fromTrunk",
      "asks for fc6 and fc7 of \(trunk.architecture.rawValue), which has none")
    try require(
      !head.fromTrunk || head.size == 6, "head.size",
      "must be 6 where fc6 comes from the trunk, it is \(head.size)")
    try require(
      (0..<1).contains(head.dropout), "head.dropout", "must lie in 0..<1, it is \(head.dropout)")
    try require(
      testing.maximumDetections > 0, "testing.maximumDetections",
      "must be positive, it is \(testing.maximumDetections)")
    try require(
      testing.proposals >= 0 && testing.sheetPictures >= 0, "testing",
      "its numbers must not be negative")
    try require(
      !data.testsOnTrainingPictures || run.evaluationInterval == 0, "data.testsOnTrainingPictures",
      "tests on pictures that evaluations hold out; set evaluationInterval=0")
    try sampling.check()
    try coding.check()
  }
}

extension DetectionConfiguration {
  /// The split to learn from.
  public var trainSplit: String { data.trainSplit }

  /// The split to report on.
  public var testSplit: String {
    get { data.testSplit }
    set { data.testSplit = newValue }
  }
}
