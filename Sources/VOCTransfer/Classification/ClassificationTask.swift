internal import Configurations
public import Datasets
internal import Images
internal import Inputs
public import Layers
internal import Metrics
public import Networks
internal import Processes
public import Randomness
internal import Runs
public import Tensors
internal import Text
public import Training

/// One fine-tuning run for multi-label classification, from any start.
public typealias ClassificationRun = FineTuning<ClassificationTask>

/// Multi-label classification.
public struct ClassificationTask: TransferTask {
  /// The name in commands, progress and messages.
  public static let name = "classify"
  /// What it is.
  public static let abstract =
    "Multi-label classification: every start with every seed, and a table."

  /// Its settings.
  public let settings: ClassificationConfiguration
  /// The pictures.
  public let dataset: Dataset
  /// The records to learn from.
  public let train: [Int]
  private let test: [Int]
  private let device: Device

  /// Opens the data; every problem is found before the first step.
  public init(
    _ settings: ClassificationConfiguration, for use: TaskUse, on device: Device
  ) throws {
    self.settings = settings
    self.device = device
    let data = settings.data
    dataset = try Dataset(opening: data.path)
    guard dataset.count > 0, dataset.presence(of: 0) != nil else {
      throw DatasetError(
        file: data.path, problem: "has no multi-label annotations",
        remedy: "build it from a VOC devkit or from scenes")
    }
    test = try dataset.indices(ofSplit: data.testSplit)
    guard use == .learning else {
      train = []
      return
    }
    let all = try dataset.indices(ofSplit: data.trainSplit)
    try dataset.requireDisjoint(learning: data.trainSplit, testing: data.testSplit)
    train = try TrainingSubset(pictures: data.trainPictures, fraction: data.trainFraction)
      .records(of: all, in: dataset, key: RandomKey(seed: settings.seed).folding("subset"))
  }

  /// Whether all pictures show the same classes.
  public func labelWarnings(of records: [Int]) -> [String] {
    ConstantLabels.ofPresence(dataset, records)
  }

  /// Test pictures.
  public var testCount: Int { test.count }

  /// The features of a trunk, averaged, and a classifier.
  public func network(
    on trunk: Stack, _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> TransferNetwork<Network> {
    try settings.network(
      on: trunk, preprocessing, classes: dataset.classes.count, key: key, on: device)
  }

  /// Crops with their labels.
  public func batches(
    of records: [Int], _ preprocessing: Preprocessing, key: RandomKey
  ) -> @Sendable (Int) throws -> ClassificationBatch {
    let feed = ClassificationFeed(
      dataset: dataset, records: records, batchSize: settings.batchSize,
      augmentation: settings.data.augmentation, preprocessing: preprocessing, key: key)
    return { try feed.batch($0) }
  }

  /// Sigmoid cross-entropy, summed over classes and averaged over pictures, as Caffe's
  /// `SigmoidCrossEntropyLoss`.
  public func loss(
    _ network: inout Network, _ batch: ClassificationBatch, frozen: [String], _ pass: inout Pass
  ) -> TrainingLoop.Loss {
    let logits = settings.logits(of: &network, batch.input(on: device), frozen: frozen, &pass)
    let (targets, mask) = batch.labels(on: device)
    let losses = logits.sigmoidCrossEntropy(targets) * mask
    return .init(losses.sum().scaled(by: 1 / Double(batch.count)))
  }

  /// Mean average precision by the area.
  public func metrics(
    of network: Network, _ preprocessing: Preprocessing, on records: [Int]
  ) throws -> [String: Double] {
    let (scores, labels) = try scores(of: network, preprocessing, on: records)
    let area = AveragePrecision.area(
      scores: scores, labels: labels, classes: dataset.classes)
    return ["validation/mAP": area.mean ?? .nan]
  }

  /// Average precisions on the test split.
  public func result(
    of network: Network, _ preprocessing: Preprocessing, _ record: RunRecord, in folder: String
  ) throws -> ClassificationResult {
    let (scores, labels) = try scores(of: network, preprocessing, on: test, title: "test")
    return ClassificationResult(
      run: record, scores: scores, labels: labels, classes: dataset.classes)
  }

  /// Scores, the means over ten crops, and labels: [records, classes] both.
  private func scores(
    of network: Network, _ preprocessing: Preprocessing, on records: [Int], title: String? = nil
  ) throws -> (scores: [Double], labels: [Int8]) {
    let scores = try settings.scores(
      of: network, preprocessing, for: records, in: dataset, on: device, title: title)
    return (Array(scores.joined()), records.flatMap { dataset.presence(of: $0)! })
  }
}
