internal import Configurations
public import Datasets
public import Layers
public import Networks
internal import Processes
internal import Randomness
public import Runs
public import Tensors
public import Training

/// One run of a transfer task from one start: what all tasks do alike, and so for every start.
///
/// Data order, augmentation, the head's first weights and dropout come from the seed alone: runs of
/// one seed differ in nothing but their start.
public struct FineTuning<Task: TransferTask>: LearningTask, ComparedTask {
  /// A network, and what its trunk started from.
  public struct Model: Parameterized {
    /// The network.
    public var network: Task.Network
    let trunk: Start.Trunk
    let layers, frozen: [String]

    /// Visits the network's tensors.
    public mutating func visit(_ visitor: inout some ParameterVisitor) { network.visit(&visitor) }
  }

  /// The name of the task.
  public static var name: String { Task.name }
  /// The title of its progress.
  public static var title: String { Task.name }

  /// Its settings.
  public let settings: Task.Settings
  /// The task with its data.
  public let task: Task
  /// What the trunk starts from.
  public let start: PreparedStart
  /// Where it computes.
  public let device: Device
  /// The order in which pictures are learned from.
  public let stream: SampleStream
  private let heldOut: [Int]

  /// Opens the data; every problem is found before the first step.
  public init(_ settings: Task.Settings, start: PreparedStart, on device: Device) throws {
    try settings.run.check()
    try settings.tuning.check()
    try settings.check()
    if let problem = settings.trunk.problem {
      throw ConfigurationError(place: "trunk", problem: problem)
    }
    self.settings = settings
    self.start = start
    self.device = device
    task = try Task(settings, on: device)
    let key = RandomKey(seed: settings.run.seed)
    let records: [Int]
    (records, heldOut) = try Self.divided(task.train, settings, key.folding("held-out"))
    stream = SampleStream(
      records: records, batchSize: settings.run.batchSize, key: key.folding("data"))
    try checkNames()
    // What no run can have is refused before there is a folder.
    _ = try LearningRun(self)
  }

  /// Throws where settings name a layer, a parameter or a metric that there is not: a small network
  /// of the kind knows them all.
  private func checkNames() throws {
    var small = try start.configuration(settings)
    small.width = min(small.width, 0.125)
    let preprocessing = start.origin.preprocessing
    let built = try task.network(
      on: small.build(key: key, on: device), preprocessing, key: key)
    let names = built.network.tensors.map(\.name)
    for one in settings.tuning.layerRates where !names.contains(where: { $0.hasPrefix(one.prefix) })
    {
      throw ConfigurationError(
        place: "tuning.layerRates", problem: "no parameter's name begins with '\(one.prefix)'")
    }
    guard !settings.run.selection.metric.isEmpty else { return }
    _ = try settings.run.selection.value(
      in: task.metrics(of: built.network, preprocessing, on: Array(heldOut.prefix(1))))
  }

  /// What is learned from and what evaluations hold out: nothing, where there are none.
  private static func divided(
    _ records: [Int], _ settings: Task.Settings, _ key: RandomKey
  ) throws -> (train: [Int], heldOut: [Int]) {
    guard settings.run.evaluationInterval > 0 else { return (records, []) }
    let fraction = settings.heldOutFraction
    let count = max(1, Int((fraction * Double(records.count)).rounded()))
    guard fraction > 0, fraction < 1, count < records.count else {
      throw ConfigurationError(
        place: "heldOutFraction",
        problem: "must lie between 0 and 1 and leave some of \(records.count) training pictures to "
          + "learn from, it is \(fraction)")
    }
    var stream = key.stream()
    let chosen = Set(stream.permutation(records.count).prefix(count))
    return (
      records.indices.filter { !chosen.contains($0) }.map { records[$0] },
      chosen.sorted().map { records[$0] }
    )
  }

  /// The data set.
  public var dataset: Dataset { task.dataset }
  /// Threads that make batches.
  public var loaderThreads: Int { settings.loaderThreads }
  /// That of the trunk on pictures of the input's size.
  public var weightUse: WeightUse? {
    settings.trunk.weightUse(size: settings.inputSize)
  }
  /// That of the layers of the trunk which learn; of the head nothing is counted.
  public var memoryNeed: MemoryNeed? {
    get throws {
      let configuration = try start.configuration(settings)
      var small = configuration
      small.width = min(small.width, 0.125)
      let built = try task.network(
        on: small.build(key: key, on: .cpu), start.origin.preprocessing, key: key)
      let used = Set(built.features.layerNames)
      let trunk = configuration.build(.constant(0), key: key, on: .cpu)
      let stages = trunk.stages.filter { used.contains($0.name) }
      let frozen = Stack(stages.filter { built.frozen.contains($0.name) })
      let learning = Stack(stages.filter { !built.frozen.contains($0.name) })
      let input = MapSize(
        channels: configuration.inputChannels, size: task.leastInput(of: stream.records))
      guard let maps = frozen.maps(of: input) else { return nil }
      let parameters = learning.tensors.reduce(0) {
        $0 + ($1.role == .statistic ? 0 : $1.tensor.shape.count)
      }
      return need(of: [learning], for: maps, parameters: parameters)
    }
  }
  /// What the task says of the labels to learn from.
  public var warnings: [String] { get throws { try task.labelWarnings(of: stream.records) } }
  /// The content hash of the data.
  public var dataHash: String { task.dataset.contentSHA256 }
  /// The digest of the proposals.
  public var proposalsDigest: String? { task.proposalsDigest }
  /// Checkpoints that stay.
  public var keepCheckpoints: Int { settings.run.keepCheckpoints }
  /// Whether training pictures are held out.
  public var isEvaluated: Bool { !heldOut.isEmpty }

  /// Trains in `folder`, from `checkpoint` where there is one, tests, and writes the result there.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?
  ) throws -> TransferOutcome<Task.Result> {
    let ending = try LearningRun(self).run(in: folder, from: checkpoint)
    switch ending.outcome {
    case .finished, .settled: return .finished(ending.result!)
    case .interrupted(let signal, let step): return .interrupted(signal, step: step)
    case .stopped: preconditionFailure("FineTuning: a stop that nobody planned")
    }
  }

  /// The same with its data opened anew.
  public func reopened() throws -> Self { try Self(settings, start: start, on: device) }

  /// Builds the trunk from its start and the network around it.
  public func prepare(
    resuming checkpoint: Checkpoint?, say: (String) throws -> Void
  ) throws -> PreparedModel<Model> {
    let trunk = try start.trunk(
      settings, pictures: StartPictures(dataset, stream.records), key: key.folding("trunk"),
      on: device)
    let built = try task.network(
      on: trunk.stack, trunk.preprocessing, key: key.folding("head"))
    let model = Model(
      network: built.network, trunk: trunk, layers: built.layers, frozen: built.frozen)
    var prepared = PreparedModel(model, notes: try notes(trunk))
    prepared.multipliers = settings.tuning.multipliers(of: built.features)
    let prefixes = built.frozen.map { "\($0)." }
    prepared.isTrained = { named in !prefixes.contains { named.name.hasPrefix($0) } }
    return prepared
  }

  /// What the network is: with this the trunk can be exported, as one that was trained with labels.
  private func notes(_ trunk: Start.Trunk) throws -> [String: String] {
    var notes = [
      "start": trunk.identity,
      "trunk": try Checkpoint.note(trunk.configuration),
      "preprocessing": try Checkpoint.note(trunk.preprocessing.sized(for: trunk.configuration)),
      "task": FeatureDescription.Provenance.labelPrefix + Task.name,
      "size": "\(settings.inputSize)", "seed": "\(settings.run.seed)",
    ]
    notes["proposals"] = proposalsDigest
    return notes
  }

  /// A checkpoint of other proposals or another start is refused: the run would be neither one nor
  /// the other.
  public func check(_ checkpoint: Checkpoint, in folder: RunFolder) throws {
    guard checkpoint.notes["proposals"] == proposalsDigest else {
      throw RunError(
        path: folder.path,
        problem: """
          began with other proposals (\(checkpoint.notes["proposals"]?.prefix(12) ?? "unnamed"), \
          now \(proposalsDigest?.prefix(12) ?? "none")); restore them, or choose another --output
          """)
    }
    guard checkpoint.notes["start"] == start.identity else {
      throw RunError(
        path: folder.path,
        problem: """
          began from \(checkpoint.notes["start"] ?? "an unknown start"), not from \
          \(start.identity); choose another --output
          """)
    }
  }

  /// What pictures become, on several threads.
  public func batches() throws -> @Sendable (Int) throws -> Task.Batch {
    try task.batches(of: stream.records, start.origin.preprocessing, key: key.folding("data"))
  }

  /// The task's loss.
  public func loss(
    _ model: inout Model, _ batch: Task.Batch, _ pass: inout Pass
  ) throws -> TrainingLoop.Loss {
    try task.loss(&model.network, batch, frozen: model.frozen, &pass)
  }

  /// The task's scores on the training pictures that were held out.
  public func evaluate(_ model: Model) throws -> Evaluation {
    Evaluation(try task.metrics(of: model.network, model.trunk.preprocessing, on: heldOut))
  }

  /// As long as the scores of a few training pictures take, for each test picture.
  public func secondsOfTest(_ model: Model) throws -> Double {
    let few = Array(task.train.prefix(8))
    let start = ContinuousClock.now
    _ = try task.metrics(of: model.network, model.trunk.preprocessing, on: few)
    let seconds = (ContinuousClock.now - start).seconds
    return seconds / Double(max(1, few.count)) * Double(task.testCount)
  }

  /// The task's test.
  public func result(
    of model: Model, selected: Int?, in folder: RunFolder
  ) throws -> Task.Result? {
    let record = RunRecord(
      start: start.start, trunk: model.trunk, seed: settings.run.seed,
      trainPictures: stream.records.count, testPictures: task.testCount, dataHash: dataHash,
      proposalsDigest: proposalsDigest, selectedStep: selected, layers: model.layers,
      frozen: model.frozen)
    return try task.result(of: model.network, model.trunk.preprocessing, record, in: folder.path)
  }
}
