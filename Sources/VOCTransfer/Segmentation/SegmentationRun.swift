internal import Configurations
internal import Datasets
internal import Images
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
public import Runs
public import Tensors
internal import Training

/// One fine-tuning run for segmentation, from any start.
public struct SegmentationRun: TransferTask {
  /// The name in progress and messages.
  public static let name = "segment"

  /// Its settings.
  public let configuration: SegmentationConfiguration
  /// What its trunk starts from.
  public let start: Start
  let dataset: Dataset
  let train: [Int]
  let test: [Int]
  let device: Device
  private let key: RandomKey

  /// Opens the data; every problem that can be seen without decoding is found here.
  public init(
    _ configuration: SegmentationConfiguration, start: Start, on device: Device = .cpu
  ) throws {
    self.configuration = configuration
    self.start = start
    self.device = device
    key = RandomKey(seed: configuration.seed)
    try configuration.require(
      positive: [
        "batchSize": configuration.batchSize, "accumulation": configuration.accumulation,
        "iterations": configuration.iterations,
        "data.loaderThreads": configuration.data.loaderThreads,
      ], dropout: configuration.dropout)
    guard !configuration.data.path.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
    }
    dataset = try Dataset(opening: configuration.data.path)
    let all = try dataset.segmented(configuration.data.trainSplit)
    test = try dataset.segmented(configuration.data.testSplit)
    try dataset.requireDisjoint(
      learning: configuration.data.trainSplit, testing: configuration.data.testSplit)
    train = try TrainingSubset(
      pictures: configuration.data.trainPictures, fraction: configuration.data.trainFraction
    ).records(of: all, in: dataset, key: key.folding("subset"))
  }

  /// The content hash of the data.
  public var dataHash: String { dataset.contentSHA256 }

  /// Trains in `folder`, from `checkpoint` where there is one, and reports on the test split.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?
  ) throws -> TransferOutcome<SegmentationResult> {
    let trunk = try start.trunk(
      configuration, pictures: StartPictures(dataset, train), key: key.folding("trunk"), on: device)
    let (tuning, preprocessing) = (configuration.tuning, trunk.preprocessing)
    var network = try FullyConvolutionalNetwork(
      trunk: trunk.stack, classes: dataset.classes.count + 1, options: configuration.options,
      on: device)
    let features = network.trunk
    network.frozen = try tuning.frozenLayers(of: features)
    network.freezesStatistics = tuning.freezesStatistics
    let feed = SegmentationFeed(
      dataset: dataset, records: train, batchSize: configuration.batchSize,
      augmentation: configuration.data.augmentation, preprocessing: preprocessing,
      classWeights: try classWeights(), key: key.folding("data"))
    let training = FineTuning(
      settings: configuration, trunk: trunk, features: features,
      stream: (configuration.batchSize * configuration.accumulation, train.count),
      dataHash: dataHash, threads: configuration.data.loaderThreads,
      makeBatch: { try feed.batch($0) }, accumulation: configuration.accumulation)
    let outcome = try training.train(
      &network, title: Self.name, in: folder, from: checkpoint, frozen: network.frozen
    ) { [device, precision = configuration.precision] network, batch, pass in
      let input = batch.input(on: device).converted(to: precision.dtype)
      return .init(batch.loss(of: network.forward(input, &pass)))
    }
    if case .interrupted(let signal, let step) = outcome {
      return .interrupted(signal, step: step)
    }
    let record = RunRecord(
      start: start, trunk: trunk, seed: configuration.seed, trainPictures: train.count,
      testPictures: test.count, dataHash: dataHash, layers: features.names,
      frozen: network.frozen)
    return .finished(
      SegmentationResult(
        run: record, test: try evaluate(network, preprocessing, on: test, in: folder),
        training: configuration.data.reportsTraining
          ? try evaluate(network, preprocessing, on: train, in: nil) : nil))
  }

  private func classWeights() throws -> [Float]? {
    switch configuration.balance {
    case .none: nil
    case .medianFrequency: try ClassBalance.medianFrequency(dataset, train)
    }
  }

  /// Scores every picture at its own size; predictions and a sheet are saved where there is a
  /// folder.
  private func evaluate(
    _ network: FullyConvolutionalNetwork, _ preprocessing: Preprocessing, on records: [Int],
    in folder: RunFolder?
  ) throws -> SegmentationScores {
    var report = SegmentationReport(dataset)
    let shownCount = folder == nil ? 0 : min(configuration.sheetPictures, records.count)
    let shown = Set((0..<shownCount).map { $0 * records.count / shownCount })
    for (place, record) in records.enumerated() {
      let picture = try dataset.picture(record)
      let truth = try dataset.mask(record, width: picture.width, height: picture.height)
      let predicted = network.segment(
        picture, augmentation: configuration.data.augmentation, preprocessing: preprocessing,
        on: device)
      report.add(
        record, picture: picture, truth: truth, predicted: predicted, isShown: shown.contains(place)
      )
      if let folder, configuration.savesPredictions {
        try report.save(
          predicted, of: record, split: configuration.data.testSplit,
          below: "\(folder.path)/results")
      }
    }
    guard let scores = report.scores else {
      throw DatasetError(
        file: dataset.path, problem: "every pixel of the masks of \(records.count) records is void",
        remedy: "report on records with labeled pixels")
    }
    if let folder, let sheet = report.sheet { try sheet.write(to: "\(folder.path)/sheet.png") }
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
