internal import Datasets
internal import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// One fine-tuning run for multi-label classification, from any start.
public struct ClassificationRun: TransferTask {
  /// The name in progress and messages.
  public static let name = "classify"

  /// Its settings.
  public let configuration: ClassificationConfiguration
  /// What its trunk starts from.
  public let start: Start
  let dataset: Dataset
  let train: [Int]
  let test: [Int]
  let device: Device
  private let key: RandomKey

  /// Opens the data; every problem is found before the first step.
  public init(
    _ configuration: ClassificationConfiguration, start: Start, on device: Device = .cpu
  ) throws {
    self.configuration = configuration
    self.start = start
    self.device = device
    key = RandomKey(seed: configuration.seed)
    try configuration.require(
      positive: [
        "batchSize": configuration.batchSize, "iterations": configuration.iterations,
        "data.loaderThreads": configuration.data.loaderThreads,
      ], dropout: configuration.dropout)
    guard !configuration.data.path.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
    }
    if let problem = configuration.data.augmentation.problem {
      throw ConfigurationError(place: "data.augmentation", problem: problem)
    }
    dataset = try Dataset(opening: configuration.data.path)
    guard dataset.count > 0, dataset.presence(of: 0) != nil else {
      throw DatasetError(
        file: configuration.data.path, problem: "has no multi-label annotations",
        remedy: "build it from a VOC devkit or from scenes")
    }
    let all = try dataset.indices(ofSplit: configuration.data.trainSplit)
    test = try dataset.indices(ofSplit: configuration.data.testSplit)
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
  ) throws -> TransferOutcome<ClassificationResult> {
    let trunk = try start.trunk(
      configuration, pictures: StartPictures(dataset, train), key: key.folding("trunk"), on: device)
    let features =
      configuration.features.isEmpty
      ? trunk.stack
      : trunk.stack.through(
        try trunk.stack.layer(called: configuration.features, setting: "features"))
    let channels = features.callAsFunction(
      Tensor(filledWith: 0, shape: [1, trunk.preprocessing.channels.count, 64, 64], on: device)
    ).shape[1]
    var network = Network(
      trunk: features,
      head: Heads.classification(
        inputs: channels, classes: dataset.classes.count, dropout: configuration.dropout,
        key: key.folding("head"), on: device))
    let frozen = try configuration.frozenLayers(of: features)
    let feed = ClassificationFeed(
      dataset: dataset, records: train, batchSize: configuration.batchSize,
      augmentation: configuration.data.augmentation, preprocessing: trunk.preprocessing,
      key: key.folding("data"))
    let training = FineTuning(
      settings: configuration, trunk: trunk, features: features,
      stream: (configuration.batchSize, train.count), dataHash: dataHash,
      threads: configuration.data.loaderThreads, makeBatch: { try feed.batch($0) })
    let outcome = try training.train(
      &network, title: Self.name, in: folder, from: checkpoint, frozen: frozen
    ) { [device, configuration] network, batch, pass in
      let features = network.trunk.forward(
        batch.input(on: device).converted(to: configuration.precision.dtype), &pass,
        frozen: frozen, freezingStatistics: configuration.tuning.freezesStatistics)
      let logits = network.head.forward(features.inFullPrecision, &pass)
      let (targets, mask) = batch.labels(on: device)
      // Summed over classes, averaged over pictures, as Caffe's SigmoidCrossEntropyLoss.
      let losses = logits.sigmoidCrossEntropy(targets) * mask
      return .init(losses.sum().scaled(by: 1 / Double(batch.count)))
    }
    if case .interrupted(let signal, let step) = outcome {
      return .interrupted(signal, step: step)
    }
    let record = RunRecord(
      start: start, trunk: trunk, seed: configuration.seed, trainPictures: train.count,
      testPictures: test.count, dataHash: dataHash, layers: features.names, frozen: frozen)
    return .finished(try evaluate(network, trunk.preprocessing, record))
  }

  private func evaluate(
    _ network: Network, _ preprocessing: Preprocessing, _ record: RunRecord
  ) throws -> ClassificationResult {
    var (scores, labels): ([Double], [Int8]) = ([], [])
    let size = configuration.data.augmentation.size
    let classes = dataset.classes.count
    for record in test {
      let crops = TenCrop.crops(of: try dataset.picture(record), size: size)
      let logits = network(preprocessing.input(of: crops, on: device)).doubles
      scores += (0..<classes).map { c in
        stride(from: c, to: logits.count, by: classes).reduce(0) { $0 + logits[$1] }
          / Double(crops.count)
      }
      labels += dataset.presence(of: record)!
    }
    return ClassificationResult(
      run: record, scores: scores, labels: labels, classes: dataset.classes)
  }
}
