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

/// One fine-tuning run for segmentation, from any start.
public typealias SegmentationRun = FineTuning<SegmentationTask>

/// Segmentation by fully convolutional networks.
public struct SegmentationTask: TransferTask {
  /// The name in commands, progress and messages.
  public static let name = "segment"
  /// What it is.
  public static let abstract =
    "Segmentation with fully convolutional networks: every start, every seed, a table."
  /// What lies beside a result.
  public static let discussion = """
    Each run keeps a sheet of pictures, truths and predictions (sheet.png) and the predictions as \
    the VOC server takes them (results/).
    """

  /// Its settings.
  public let settings: SegmentationConfiguration
  /// The pictures.
  public let dataset: Dataset
  /// The records to learn from.
  public let train: [Int]
  private let test: [Int]
  private let device: Device

  /// Opens the data; every problem that can be seen without decoding is found here.
  public init(
    _ settings: SegmentationConfiguration, for use: TaskUse, on device: Device
  ) throws {
    self.settings = settings
    self.device = device
    let data = settings.data
    dataset = try Dataset(opening: data.path)
    test = try dataset.segmented(data.testSplit)
    guard use == .learning else {
      train = []
      return
    }
    let all = try dataset.segmented(data.trainSplit)
    try dataset.requireDisjoint(learning: data.trainSplit, testing: data.testSplit)
    train = try TrainingSubset(pictures: data.trainPictures, fraction: data.trainFraction)
      .records(of: all, in: dataset, key: RandomKey(seed: settings.seed).folding("subset"))
  }

  /// The smallest picture at the smallest scale, or what is cut from it.
  public func leastInput(of records: [Int]) -> Pair {
    let sizes = records.map { settings.data.augmentation.leastSize(of: dataset.size(of: $0)) }
    guard let least = sizes.min(by: { $0.width * $0.height < $1.width * $1.height }) else {
      return 1
    }
    return Pair(least.height, least.width)
  }

  /// Whether masks hold one class alone.
  public func labelWarnings(of records: [Int]) throws -> [String] {
    try ConstantLabels.ofMasks(dataset, records)
  }

  /// Test pictures.
  public var testCount: Int { test.count }

  /// The trunk with scores at every position; nothing in it is drawn.
  public func network(
    on trunk: Stack, _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> TransferNetwork<FullyConvolutionalNetwork> {
    var network = try FullyConvolutionalNetwork(
      trunk: trunk, classes: dataset.classes.count + 1, options: settings.options, on: device)
    let features = network.trunk
    network.frozen = try settings.tuning.frozenLayers(of: features)
    network.freezesStatistics = settings.tuning.freezesStatistics
    return TransferNetwork(network, features: features, frozen: network.frozen)
  }

  /// Whole pictures and their masks.
  public func batches(
    of records: [Int], _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> @Sendable (Int) throws -> SegmentationBatch {
    let feed = SegmentationFeed(
      dataset: dataset, records: records, batchSize: settings.batchSize,
      augmentation: settings.data.augmentation, preprocessing: preprocessing,
      classWeights: try classWeights(records), key: key)
    return { try feed.batch($0) }
  }

  /// Cross-entropy over pixels.
  public func loss(
    _ network: inout FullyConvolutionalNetwork, _ batch: SegmentationBatch, frozen: [String],
    _ pass: inout Pass
  ) -> TrainingLoop.Loss {
    let input = batch.input(on: device).converted(to: settings.precision.dtype)
    return .init(batch.loss(of: network.forward(input, &pass)))
  }

  /// The mean intersection over union.
  public func metrics(
    of network: FullyConvolutionalNetwork, _ preprocessing: Preprocessing, on records: [Int]
  ) throws -> [String: Double] {
    ["validation/mIU": try evaluate(network, preprocessing, on: records, in: nil).meanOverlap]
  }

  /// Scores of the test split, and of the pictures learned from where the settings ask for it;
  /// predictions in `results/` and a sheet, `sheet.png`.
  public func result(
    of network: FullyConvolutionalNetwork, _ preprocessing: Preprocessing, _ record: RunRecord,
    in folder: String
  ) throws -> SegmentationResult {
    SegmentationResult(
      run: record, test: try evaluate(network, preprocessing, on: test, in: folder),
      training: settings.data.reportsTraining && !train.isEmpty
        ? try evaluate(network, preprocessing, on: train, in: nil) : nil)
  }

  private func classWeights(_ records: [Int]) throws -> [Float]? {
    switch settings.balance {
    case .none: nil
    case .medianFrequency: try ClassBalance.medianFrequency(dataset, records)
    }
  }

  /// Scores every picture at its own size; predictions and a sheet are saved where there is a
  /// folder.
  private func evaluate(
    _ network: FullyConvolutionalNetwork, _ preprocessing: Preprocessing, on records: [Int],
    in folder: String?
  ) throws -> SegmentationScores {
    var report = SegmentationReport(dataset)
    let shownCount = folder == nil ? 0 : min(settings.sheetPictures, records.count)
    let shown = Set((0..<shownCount).map { $0 * records.count / shownCount })
    var screen = folder.map { _ in ProgressReporter("test", total: records.count) }
    for (place, record) in records.enumerated() {
      try Signals.check()
      let picture = try dataset.picture(record, .whole)
      let truth = try dataset.mask(record, width: picture.width, height: picture.height)
      let predicted = network.segment(
        picture, augmentation: settings.data.augmentation, preprocessing: preprocessing,
        on: device)
      report.add(
        record, picture: picture, truth: truth, predicted: predicted, isShown: shown.contains(place)
      )
      if let folder, settings.savesPredictions {
        try report.save(
          predicted, of: record, split: settings.data.testSplit,
          below: "\(folder)/results")
      }
      screen?.update(place + 1, count: 1)
    }
    guard let scores = report.scores else {
      throw DatasetError(
        file: dataset.path, problem: "every pixel of the masks of \(records.count) records is void",
        remedy: "report on records with labeled pixels")
    }
    if let folder, let sheet = report.sheet { try sheet.write(to: "\(folder)/sheet.png") }
    return scores
  }
}

extension Dataset {
  /// The records of a split, which all have masks; an error says how many lack one and which splits
  /// lack none.
  fileprivate func segmented(_ split: String) throws(DatasetError) -> [Int] {
    let records = try indices(ofSplit: split)
    let missing = records.filter { !hasMask($0) }
    guard let first = missing.first else { return records }
    let whole = splits.filter { $0.value.allSatisfy(hasMask) }.keys.sorted()
    throw DatasetError(
      file: path, record: "split '\(split)'",
      problem:
        "\(missing.count) of its \(records.count) records have no mask, such as \(ids[first])",
      remedy: whole.isEmpty
        ? "build it from a VOC devkit with SegmentationClass, from COCO, or from scenes"
        : "whole are: \(whole.joined(separator: ", "))")
  }
}
