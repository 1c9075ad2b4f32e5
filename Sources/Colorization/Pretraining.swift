internal import ColorScience
internal import Datasets
internal import Foundation
internal import Layers
internal import Networks
internal import Randomness
public import Tensors
public import Training

/// One pretraining run: a network learns to predict the color of pictures from their lightness.
public struct Pretraining {
  /// Its settings.
  public let configuration: PretrainingConfiguration
  /// The run's key: everything that is drawn is drawn from its children.
  let key: RandomKey
  let dataset: Dataset
  let train: [Int]
  let validation: [Int]
  let targets: ColorTargets
  let device: Device

  /// Opens the data and measures its color prior; every problem is found before the first step.
  public init(_ configuration: PretrainingConfiguration, on device: Device = .cpu) throws {
    self.configuration = configuration
    self.device = device
    key = RandomKey(seed: configuration.seed)
    try configuration.check()
    dataset = try Dataset(opening: configuration.data.path)
    train = try dataset.indices(ofSplit: configuration.data.split)
    validation = Array(
      try dataset.indices(ofSplit: configuration.data.validationSplit)
        .prefix(configuration.data.validationPictures))
    let objective = configuration.objective
    let encoder = SoftEncoder(neighbors: objective.neighbors, sigma: objective.sigma)
    let prior = try ColorPrior.measured(
      on: dataset, records: train, limit: objective.priorPictures,
      augmentation: configuration.data.augmentation, encoder: encoder)
    let weights = Rebalancing.weights(prior: prior.probabilities, lambda: objective.lambda)
    targets = ColorTargets(
      encoder: encoder, binWeights: weights.map(Float.init), stride: 4,
      grayThreshold: Float(objective.grayThreshold))
  }

  /// The content hash of the data.
  public var dataHash: String { dataset.contentSHA256 }

  /// Trains in `folder` from `checkpoint`, or from the beginning where there is none.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?
  ) throws -> RunSession<ColorizationBatch>.Outcome {
    var network = ColorizationNetwork.build(
      configuration.trunk, bins: targets.encoder.bins.count, key: key.folding("weights"), on: device
    )
    // The released loss sums over positions; ours is their mean, so that it can be read. The same
    // balance of loss and decay needs a decay that is smaller by the number of positions.
    let side = (configuration.data.augmentation.size + targets.stride - 1) / targets.stride
    var optimizer = configuration.optimizer.build(decayFactor: 1 / Double(side * side))
    try checkpoint?.restore(into: &network, &optimizer)
    let feed = ColorizationFeed(
      dataset: dataset, records: train, batchSize: configuration.batchSize,
      augmentation: configuration.data.augmentation, targets: targets, key: key.folding("data"))
    let held = try ColorizationFeed.centered(
      dataset, records: validation, batchSize: configuration.batchSize,
      augmentation: configuration.data.augmentation, targets: targets)
    let session = RunSession(
      folder, title: "pretrain",
      loop: TrainingLoop(
        iterations: configuration.iterations,
        schedule: configuration.schedule.schedule(iterations: configuration.iterations),
        clipNorm: configuration.optimizer.clipNorm, key: key),
      intervals: .init(
        log: configuration.logInterval, checkpoint: configuration.checkpointInterval,
        evaluation: configuration.evaluationInterval),
      stream: (configuration.batchSize, train.count), dataHash: dataHash,
      notes: try ColorizationNetwork.notes(
        for: configuration.trunk, size: configuration.data.augmentation.size,
        task: "colorization-classification", seed: configuration.seed),
      threads: configuration.data.loaderThreads, makeBatch: { try feed.batch($0) })
    let device = device
    return try session.train(
      &network, &optimizer, from: checkpoint?.progress.step ?? 0,
      loss: { network, batch, pass in
        let logits = network.forward(batch.lightness(on: device), &pass)
        let result = ClassificationObjective.evaluate(logits, batch)
        return .init(result.trained, metrics: ["divergence": result.divergence])
      },
      evaluate: { network in
        let values = held.map { batch in
          (
            batch.examples.count,
            ClassificationObjective.evaluate(network(batch.lightness(on: device)), batch).divergence
          )
        }
        let count = values.reduce(0) { $0 + $1.0 }
        guard count > 0 else { return [:] }
        return [
          "validation/divergence": values.reduce(0) { $0 + Double($1.0) * $1.1 } / Double(count)
        ]
      })
  }
}

extension PretrainingConfiguration {
  /// Throws at the first setting that no run can have.
  func check() throws {
    func require(_ condition: Bool, _ setting: String, _ problem: String) throws {
      if !condition { throw ConfigurationError(place: setting, problem: problem) }
    }
    try require(!data.path.isEmpty, "data.path", "names no dataset; pigment data build makes one")
    try require(batchSize > 0, "batchSize", "must be positive, it is \(batchSize)")
    try require(iterations > 0, "iterations", "must be positive, it is \(iterations)")
    let size = data.augmentation.size
    try require(
      size >= 16 && size % 8 == 0, "data.augmentation.size",
      "must be a multiple of 8 and at least 16, it is \(size)")
    try require(
      (0...1).contains(objective.lambda), "objective.lambda",
      "must lie in 0...1, it is \(objective.lambda)")
    try require(
      (1...313).contains(objective.neighbors), "objective.neighbors",
      "must lie in 1...313, it is \(objective.neighbors)")
    try require(
      trunk.inputChannels == 1, "trunk.inputChannels",
      "must be 1 (lightness), it is \(trunk.inputChannels)")
    try require(
      trunk.architecture == .eccv16, "trunk.architecture",
      "must be eccv16, the network that has a color head; it is \(trunk.architecture.rawValue)")
  }
}
