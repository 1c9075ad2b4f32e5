internal import Datasets
internal import Images
internal import Layers
internal import Metrics
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// One run of Fast R-CNN from any start.
public struct DetectionRun: TransferTask {
  /// The name in progress and messages.
  public static let name = "detect"
  /// Its settings.
  public let configuration: DetectionConfiguration
  /// What its trunk starts from.
  public let start: Start
  let dataset: Dataset
  let proposals: ProposalFile
  let train: [Int]
  let test: [Int]
  let device: Device
  private let key: RandomKey

  /// Opens data and proposals; every problem is found before the first step.
  public init(
    _ configuration: DetectionConfiguration, start: Start, on device: Device = .cpu
  ) throws {
    try configuration.check()
    self.configuration = configuration
    self.start = start
    self.device = device
    key = RandomKey(seed: configuration.seed)
    let data = configuration.data
    let dataset = try Dataset(opening: data.path)
    self.dataset = dataset
    guard dataset.hasBoxes else {
      throw DatasetError(
        file: data.path, problem: "has no boxes",
        remedy: "build it from a VOC devkit or from scenes")
    }
    proposals = try ProposalFile(reading: data.proposals, for: dataset)
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
      .records(of: showing, in: dataset, key: key.folding("subset"))
    guard !data.testsOnTrainingPictures else {
      test = train
      return
    }
    let tested = try dataset.indices(ofSplit: data.testSplit)
    try dataset.requireDisjoint(learning: data.trainSplit, testing: data.testSplit)
    test = data.testPictures > 0 ? Array(tested.prefix(data.testPictures)) : tested
  }

  /// The content hash of the data.
  public var dataHash: String { dataset.contentSHA256 }
  /// The digest of the proposals.
  public var proposalsDigest: String? { proposals.digest }

  /// Trains in `folder`, from `checkpoint` where there is one, and reports on the test split:
  /// devkit files in `detections/` and a sheet, `detections.png`.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?
  ) throws -> TransferOutcome<DetectionResult> {
    let trunk = try start.trunk(
      configuration, pictures: StartPictures(dataset, train), key: key.folding("trunk"), on: device)
    let features = try configuration.features(of: trunk.stack)
    var network = DetectionNetwork(
      trunk: features, denseLayers: configuration.denseLayers(of: trunk.stack),
      channels: channels(features, trunk.preprocessing),
      classes: dataset.classes.count, configuration.head, key: key.folding("head"), on: device)
    let frozen = try configuration.tuning.frozenLayers(of: features)
    let feed = DetectionFeed(
      dataset: dataset, proposals: proposals, records: train, settings: configuration,
      preprocessing: trunk.preprocessing, key: key.folding("data"))
    let training = FineTuning(
      settings: configuration, trunk: trunk, features: features,
      stream: (configuration.batchSize, train.count), dataHash: dataHash,
      threads: configuration.data.loaderThreads, makeBatch: { try feed.batch($0) },
      proposalsDigest: proposals.digest)
    let outcome = try training.train(
      &network, title: Self.name, in: folder, from: checkpoint, frozen: frozen
    ) { [device, configuration] network, batch, pass in
      let features = network.trunk.forward(
        batch.input(on: device).converted(to: configuration.precision.dtype), &pass,
        frozen: frozen, freezingStatistics: configuration.tuning.freezesStatistics)
      return network.forward(features.inFullPrecision, regions: batch.regions, &pass).loss(batch)
    }
    if case .interrupted(let signal, let step) = outcome {
      return .interrupted(signal, step: step)
    }
    let used =
      features.names
      + (configuration.head.fromTrunk ? configuration.denseLayers(of: trunk.stack).names : [])
    let record = RunRecord(
      start: start, trunk: trunk, seed: configuration.seed, trainPictures: train.count,
      testPictures: test.count, dataHash: dataHash, proposalsDigest: proposals.digest,
      layers: used, frozen: frozen)
    let report = try evaluate(network, trunk.preprocessing)
    try report.writeDevkitFiles(
      to: "\(folder.path)/detections", split: configuration.data.testSplit)
    if configuration.testing.sheetPictures > 0 {
      try report.sheet(
        pictures: configuration.testing.sheetPictures, leastScore: configuration.testing.sheetScore,
        title: "Detections from \(configuration.testing.sheetScore) on; annotations in white"
      ).write(to: "\(folder.path)/detections.png")
    }
    return .finished(
      DetectionResult(
        run: record, proposals: proposals.method, report.averagePrecision,
        chance: randomReport().averagePrecision))
  }

  private func channels(_ features: Stack, _ preprocessing: Preprocessing) -> Int {
    features(
      Tensor(filledWith: 0, shape: [1, preprocessing.channels.count, 64, 64], on: device)
    ).shape[1]
  }

  private func evaluate(
    _ network: DetectionNetwork, _ preprocessing: Preprocessing
  ) throws -> DetectionReport {
    let detector = Detector(
      network: network, preprocessing: preprocessing, settings: configuration,
      classCount: dataset.classes.count, device: device)
    var screen = ProgressReporter("test", total: test.count)
    var detections: [[PictureDetection]] = []
    for record in test {
      detections.append(
        detector.detections(
          in: try dataset.picture(record), proposals: proposals.boxes(of: record)))
      screen.update(detections.count, count: 1)
    }
    return DetectionReport(dataset, records: test, detections: detections)
  }

  /// As many proposals as there may be detections, of random classes and scores.
  private func randomReport() -> DetectionReport {
    let detections = test.map { record in
      let boxes = proposals.boxes(of: record)
      var stream = key.folding("chance").folding(record).stream()
      return stream.permutation(boxes.count).prefix(configuration.testing.maximumDetections).map {
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
