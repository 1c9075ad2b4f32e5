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

/// One run of Fast R-CNN from any start.
public typealias DetectionRun = FineTuning<DetectionTask>

/// Detection by Fast R-CNN.
public struct DetectionTask: TransferTask {
  /// The name in commands, progress and messages.
  public static let name = "detect"
  /// What it is.
  public static let abstract = "Detection (Fast R-CNN): every start with every seed, and a table."
  /// Where proposals come from, and what lies beside a result.
  public static let discussion = """
    Proposals come from pigment proposals build. Beside its result, each run has the devkit's \
    files in detections/ and a sheet, detections.png.
    """

  /// Its settings.
  public let settings: DetectionConfiguration
  /// The pictures.
  public let dataset: Dataset
  /// The records to learn from: those that show an object.
  public let train: [Int]
  let proposals: ProposalFile
  let test: [Int]
  private let device: Device

  /// Opens data and proposals; every problem is found before the first step.
  public init(
    _ settings: DetectionConfiguration, for use: TaskUse, on device: Device
  ) throws {
    self.settings = settings
    self.device = device
    let data = settings.data
    let dataset = try Dataset(opening: data.path)
    self.dataset = dataset
    guard dataset.hasBoxes else {
      throw DatasetError(
        file: data.path, problem: "has no boxes",
        remedy: "build it from a VOC devkit or from scenes")
    }
    proposals = try ProposalFile(reading: data.proposals, for: dataset)
    guard use == .learning else {
      train = []
      test = try Self.tested(data, in: dataset)
      return
    }
    let showing = try dataset.indices(ofSplit: data.trainSplit).filter { record in
      dataset.boxes(of: record).contains { !$0.isDifficult }
    }
    guard !showing.isEmpty else {
      throw DatasetError(
        file: data.path, record: "split '\(data.trainSplit)'",
        problem: "no picture shows an object that is not difficult",
        remedy: "learn from a split with objects")
    }
    train = try TrainingSubset(pictures: data.trainPictures, fraction: data.trainFraction)
      .records(of: showing, in: dataset, key: RandomKey(seed: settings.seed).folding("subset"))
    guard !data.testsOnTrainingPictures else {
      test = train
      return
    }
    test = try Self.tested(data, in: dataset)
    try dataset.requireDisjoint(learning: data.trainSplit, testing: data.testSplit)
  }

  private static func tested(
    _ data: DetectionConfiguration.Data, in dataset: Dataset
  ) throws -> [Int] {
    let records = try dataset.indices(ofSplit: data.testSplit)
    return data.testPictures > 0 ? Array(records.prefix(data.testPictures)) : records
  }

  /// The digest of the proposals.
  public var proposalsDigest: String? { proposals.digest }
  /// The smallest picture at the smallest scale.
  public func leastInput(of records: [Int]) -> Pair {
    let sizes = records.map { record in
      PictureScale(
        dataset.size(of: record), shorterSide: settings.scales.training.min() ?? 1,
        limit: settings.scales.trainingLimit)
    }
    guard let least = sizes.min(by: { $0.width * $0.height < $1.width * $1.height }) else {
      return 1
    }
    return Pair(least.height, least.width)
  }

  /// Whether all objects are of one class.
  public func labelWarnings(of records: [Int]) -> [String] {
    ConstantLabels.ofBoxes(dataset, records)
  }

  /// Test pictures.
  public var testCount: Int { test.count }

  /// Pooled regions of a trunk's features, fc6 and fc7, classes and box codes.
  public func network(
    on trunk: Stack, _ preprocessing: Preprocessing, key: RandomKey
  ) throws -> TransferNetwork<DetectionNetwork> {
    let features = try settings.features(of: trunk)
    let channels = features(
      Tensor(filledWith: 0, shape: [1, preprocessing.channels.count, 64, 64], on: device)
    ).shape[1]
    let network = DetectionNetwork(
      trunk: features, denseLayers: settings.denseLayers(of: trunk), channels: channels,
      classes: dataset.classes.count, settings.head, key: key, on: device)
    return TransferNetwork(
      network, features: features,
      layers: features.names
        + (settings.head.fromTrunk ? settings.denseLayers(of: trunk).names : []),
      frozen: try settings.tuning.frozenLayers(of: features))
  }

  /// Pictures with labelled regions.
  public func batches(
    of records: [Int], _ preprocessing: Preprocessing, key: RandomKey
  ) -> @Sendable (Int) throws -> DetectionBatch {
    let feed = DetectionFeed(
      dataset: dataset, proposals: proposals, records: records, settings: settings,
      preprocessing: preprocessing, key: key)
    return { try feed.batch($0) }
  }

  /// The loss of classes and boxes.
  public func loss(
    _ network: inout DetectionNetwork, _ batch: DetectionBatch, frozen: [String],
    _ pass: inout Pass
  ) -> TrainingLoop.Loss {
    let features = network.trunk.forward(
      batch.input(on: device).converted(to: settings.precision.dtype), &pass, frozen: frozen,
      freezingStatistics: settings.tuning.freezesStatistics)
    return network.forward(features.inFullPrecision, regions: batch.regions, &pass).loss(batch)
  }

  /// Mean average precision by the area.
  public func metrics(
    of network: DetectionNetwork, _ preprocessing: Preprocessing, on records: [Int]
  ) throws -> [String: Double] {
    let report = try report(network, preprocessing, on: records, title: "validate")
    return ["validation/mAP": report.averagePrecision.area.mean ?? .nan]
  }

  /// Tests: devkit files in `detections/` and a sheet, `detections.png`.
  public func result(
    of network: DetectionNetwork, _ preprocessing: Preprocessing, _ record: RunRecord,
    in folder: String
  ) throws -> DetectionResult {
    let report = try report(network, preprocessing, on: test, title: "test")
    try report.writeDevkitFiles(to: "\(folder)/detections", split: settings.data.testSplit)
    if settings.testing.sheetPictures > 0 {
      try report.sheet(
        pictures: settings.testing.sheetPictures, leastScore: settings.testing.sheetScore,
        title: "Detections from \(settings.testing.sheetScore) on; annotations in white"
      ).write(to: "\(folder)/detections.png")
    }
    return DetectionResult(
      run: record, proposals: proposals.method, report.averagePrecision,
      chance: randomReport().averagePrecision)
  }

  private func report(
    _ network: DetectionNetwork, _ preprocessing: Preprocessing, on records: [Int], title: String
  ) throws -> DetectionReport {
    let detector = Detector(
      network: network, preprocessing: preprocessing, settings: settings,
      classCount: dataset.classes.count, device: device)
    var screen = ProgressReporter(title, total: records.count)
    var detections: [[PictureDetection]] = []
    for record in records {
      try Signals.check()
      detections.append(
        try detector.detections(
          in: try dataset.picture(record, .whole), dataset.ids[record],
          proposals: proposals.boxes(of: record)))
      screen.update(detections.count, count: 1)
    }
    return DetectionReport(dataset, records: records, detections: detections)
  }

  /// As many proposals as there may be detections, of random classes and scores.
  private func randomReport() -> DetectionReport {
    let detections = test.map { record in
      let boxes = proposals.boxes(of: record)
      var stream = RandomKey(seed: settings.seed).folding("chance").folding(record).stream()
      return stream.permutation(boxes.count).prefix(settings.testing.maximumDetections).map {
        PictureDetection(
          classIndex: stream.index(below: dataset.classes.count), score: stream.uniform(),
          box: DetectionBox(boxes[$0]))
      }
    }
    return DetectionReport(dataset, records: test, detections: detections)
  }
}

extension DetectionConfiguration {
  /// The part of a trunk whose output is pooled.
  func features(of trunk: Stack) throws -> Stack {
    let last =
      features.isEmpty
      ? self.trunk.architecture.trunk.regionLayer(self.trunk, trunk.names)
      : try trunk.layer(called: features, setting: "features")
    return trunk.through(last)
  }

  /// fc6 and fc7 of a trunk; nothing of one that has none.
  func denseLayers(of trunk: Stack) -> Stack {
    self.trunk.architecture.trunk.denseLayersFollow.map { trunk.after($0) } ?? Stack([])
  }
}
