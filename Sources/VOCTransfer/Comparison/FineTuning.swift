internal import Configurations
internal import Layers
internal import Networks
internal import Randomness
internal import Runs
internal import Tensors
internal import Training

/// The training of one network from one start: what all tasks do alike, and so for every start.
///
/// Data order, augmentation, the head's first weights and dropout come from the seed alone: runs of
/// one seed differ in nothing but their start.
struct FineTuning<Settings: TransferConfiguration, Batch: Sendable> {
  /// The settings of the run.
  let settings: Settings
  /// What the trunk started from.
  let trunk: Start.Trunk
  /// The part of the trunk that is used.
  let features: Stack
  /// Samples of a step and of an epoch.
  let stream: (batchSize: Int, records: Int)
  /// The content hash of the data.
  let dataHash: String
  /// Threads that make batches.
  let threads: Int
  /// Makes batch i.
  let makeBatch: @Sendable (Int) throws -> Batch
  /// Batches whose gradients are averaged for one step.
  var accumulation = 1
  /// The digest of the proposals that samples are chosen from; nil where there are none.
  var proposalsDigest: String?

  /// Trains `model`, whose trunk's parameters bear the names of `features`, in `folder`.
  ///
  /// A checkpoint of other data or another start is refused: the run would be neither one nor the
  /// other.
  func train<Model: Parameterized>(
    _ model: inout Model, title: String, in folder: RunFolder, from checkpoint: Checkpoint?,
    frozen: [String], loss: (inout Model, Batch, inout Pass) throws -> TrainingLoop.Loss
  ) throws -> RunSession<Batch>.Outcome {
    var optimizer = settings.optimizer.build()
    optimizer.multipliers += settings.tuning.multipliers(of: features)
    let names = model.tensors.map(\.name)
    for one in settings.tuning.layerRates where !names.contains(where: { $0.hasPrefix(one.prefix) })
    {
      throw ConfigurationError(
        place: "tuning.layerRates", problem: "no parameter's name begins with '\(one.prefix)'")
    }
    if let checkpoint {
      try check(checkpoint, folder)
      try checkpoint.restore(into: &model, &optimizer)
    }
    var loop = TrainingLoop(
      iterations: settings.iterations,
      schedule: settings.schedule.schedule(iterations: settings.iterations),
      clipNorm: settings.optimizer.clipNorm, key: RandomKey(seed: settings.seed))
    loop.accumulation = accumulation
    let prefixes = frozen.map { "\($0)." }
    loop.isTrained = { named in !prefixes.contains { named.name.hasPrefix($0) } }
    let session = RunSession(
      folder, title: title, loop: loop,
      intervals: .init(
        log: settings.logInterval, checkpoint: settings.checkpointInterval, evaluation: 0),
      stream: stream, dataHash: dataHash, notes: try notes(task: title), threads: threads,
      makeBatch: makeBatch)
    return try session.train(
      &model, &optimizer, from: checkpoint?.progress.step ?? 0, loss: loss, evaluate: { _ in [:] })
  }

  /// What the network is: with this the trunk can be exported, as one that was trained with labels.
  private func notes(task: String) throws -> [String: String] {
    var notes = [
      "start": trunk.identity,
      "trunk": try Checkpoint.note(trunk.configuration),
      "task": FeatureDescription.Provenance.labelPrefix + task,
      "size": "\(settings.inputSize)", "seed": "\(settings.seed)",
    ]
    notes["proposals"] = proposalsDigest
    return notes
  }

  private func check(_ checkpoint: Checkpoint, _ folder: RunFolder) throws {
    guard checkpoint.progress.dataHash == dataHash else {
      throw RunError(
        path: folder.path,
        problem: """
          began with data of other content (\(checkpoint.progress.dataHash.prefix(12)), now \
          \(dataHash.prefix(12))); restore them, or choose another --output
          """)
    }
    guard checkpoint.notes["proposals"] == proposalsDigest else {
      throw RunError(
        path: folder.path,
        problem: """
          began with other proposals (\(checkpoint.notes["proposals"]?.prefix(12) ?? "unnamed"), \
          now \(proposalsDigest?.prefix(12) ?? "none")); restore them, or choose another --output
          """)
    }
    guard checkpoint.notes["start"] == trunk.identity else {
      throw RunError(
        path: folder.path,
        problem: """
          began from \(checkpoint.notes["start"] ?? "an unknown start"), not from \
          \(trunk.identity); choose another --output
          """)
    }
  }
}
