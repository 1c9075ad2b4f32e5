internal import Datasets
internal import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// One fine-tuning run for multi-label classification, from any start.
public struct ClassificationRun {
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
    guard !configuration.data.path.isEmpty else {
      throw ConfigurationError(
        place: "data.path", problem: "names no dataset; pigment data build makes one")
    }
    dataset = try Dataset(opening: configuration.data.path)
    guard dataset.count > 0, dataset.presence(of: 0) != nil else {
      throw DatasetError(
        file: configuration.data.path, problem: "has no multi-label annotations",
        remedy: "build it from a VOC devkit or from scenes")
    }
    let all = try dataset.indices(ofSplit: configuration.data.trainSplit)
    test = try dataset.indices(ofSplit: configuration.data.testSplit)
    guard Set(all).isDisjoint(with: test) else {
      throw DatasetError(
        file: configuration.data.path,
        problem: """
          splits '\(configuration.data.trainSplit)' and '\(configuration.data.testSplit)' share \
          records
          """, remedy: "test on pictures that were not learned from")
    }
    // The subset is drawn from its own key, so that every start of a seed learns from the same one.
    let wanted = configuration.data.trainPictures
    if wanted > 0 && wanted < all.count {
      var stream = key.folding("subset").stream()
      let order = stream.permutation(all.count)
      train = order.prefix(wanted).map { all[$0] }.sorted()
    } else {
      train = all
    }
  }

  /// What every start sees.
  private var preprocessing: Preprocessing {
    .init(.lightness, size: configuration.data.augmentation.size)
  }

  /// The content hash of the data.
  public var dataHash: String { dataset.contentSHA256 }

  /// Trains in `folder` and reports on the test split.
  ///
  /// Data order, augmentation, the classifier's first weights and dropout come from the seed alone:
  /// runs of one seed differ in nothing but their start.
  public func run(in folder: RunFolder) throws -> ClassificationResult? {
    let trunk = try start.trunk(configuration.trunk, key: key.folding("trunk"), on: device)
    let features =
      configuration.features.isEmpty ? trunk.stack : trunk.stack.through(configuration.features)
    let channels = features.callAsFunction(
      Tensor(filledWith: 0, shape: [1, configuration.trunk.inputChannels, 64, 64], on: device)
    ).shape[1]
    var network = Network(
      trunk: features,
      head: Heads.classification(
        inputs: channels, classes: dataset.classes.count, dropout: configuration.dropout,
        key: key.folding("head"), on: device))
    var optimizer = configuration.optimizer.build()
    optimizer.multipliers += configuration.trunkMultipliers(of: features)
    let feed = ClassificationFeed(
      dataset: dataset, records: train, batchSize: configuration.batchSize,
      augmentation: configuration.data.augmentation, preprocessing: preprocessing,
      key: key.folding("data"))
    var loop = TrainingLoop(
      iterations: configuration.iterations,
      schedule: configuration.schedule.schedule(iterations: configuration.iterations),
      clipNorm: configuration.optimizer.clipNorm, key: key)
    let isFrozen = configuration.regime == .head
    if isFrozen { loop.isTrained = { $0.name.hasPrefix("head.") } }
    let session = RunSession(
      folder, title: "classify", loop: loop,
      intervals: .init(log: configuration.logInterval, checkpoint: 0, evaluation: 0),
      stream: (configuration.batchSize, train.count), dataHash: dataHash, notes: [:],
      threads: configuration.data.loaderThreads, makeBatch: { try feed.batch($0) })
    let outcome = try session.train(
      &network, &optimizer, from: 0,
      loss: { [device] network, batch, pass in
        let logits = network.forward(
          batch.input(on: device), &pass, freezingStatistics: isFrozen)
        let (targets, mask) = batch.labels(on: device)
        // Summed over classes, averaged over pictures, as Caffe's SigmoidCrossEntropyLoss.
        let losses = logits.sigmoidCrossEntropy(targets) * mask
        return .init(losses.sum().scaled(by: 1 / Double(batch.count)))
      }, evaluate: { _ in [:] })
    guard outcome == .finished else { return nil }
    let result = try evaluate(network, trunk)
    try folder.writeEvaluation(result)
    return result
  }

  private func evaluate(
    _ network: Network, _ trunk: Start.Trunk
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
      start: start.description, seed: configuration.seed, trainPictures: train.count,
      testPictures: test.count, dataHash: dataHash, scores: scores, labels: labels,
      classes: dataset.classes, loaded: trunk.report, provenance: trunk.provenance)
  }
}

extension ClassificationConfiguration {
  /// The trunk's learning rate, where it is not the classifier's.
  func trunkMultipliers(of trunk: Stack) -> [Multiplier] {
    guard trunkRate != 1 else { return [] }
    return trunk.names.map { Multiplier(prefix: "\($0).", rate: trunkRate) }
  }
}

extension Network {
  /// A forward pass in which a frozen trunk behaves as in evaluation.
  fileprivate mutating func forward(
    _ x: Tensor, _ pass: inout Pass, freezingStatistics: Bool
  ) -> Tensor {
    guard freezingStatistics else { return forward(x, &pass) }
    return head.forward(trunk(x), &pass)
  }
}
