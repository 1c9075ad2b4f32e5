internal import Configurations
public import Datasets
public import Images
internal import Inputs
public import Layers
public import Networks
internal import Randomness
public import Runs
public import Tensors

/// Pretraining by any pretext task: its data, its network, and how both are judged.
public struct Pretraining<Task: PretextTask>: LearningTask {
  /// The title of its progress.
  public static var title: String { "pretrain" }

  /// Its settings.
  public let settings: PretrainingConfiguration<Task>
  /// What is learned.
  public let task: Task
  /// The pictures.
  public let source: PretrainingSource
  /// Where it computes.
  public let device: Device
  /// The order in which pictures are learned from.
  public let stream: SampleStream
  private let probe: OnlineProbe?

  /// Opens the data and prepares the task; every problem is found before the first step.
  public init(_ settings: PretrainingConfiguration<Task>, on device: Device = .cpu) throws {
    self.settings = settings
    self.device = device
    try settings.check()
    probe =
      settings.probing.isAsked
      ? try OnlineProbe(settings.probing, key: RandomKey(seed: 0).folding("probing")) : nil
    source = try PretrainingSource(settings.data, probed: probe?.tested)
    task = try Task(settings.objective, trunk: settings.trunk, data: source)
    stream = SampleStream(
      records: source.train, batchSize: settings.batchSize,
      key: RandomKey(seed: settings.seed).folding("data"))
    let wanted = task.preprocessing.channels
    guard settings.trunk.inputChannels == wanted.count else {
      throw ConfigurationError(
        place: "trunk.inputChannels",
        problem: "must be \(wanted.count) (\(wanted.rawValue)), it is "
          + "\(settings.trunk.inputChannels)")
    }
    try checkMetrics()
  }

  /// The data set.
  public var dataset: Dataset { source.dataset }
  /// Threads that make batches.
  public var loaderThreads: Int { settings.data.loaderThreads }
  /// That of the trunk on pictures as augmentation cuts them.
  public var weightUse: WeightUse? {
    settings.trunk.weightUse(size: settings.data.augmentation.size)
  }
  /// What the task says.
  public var lossSpansStep: Bool { task.lossSpansStep }
  /// What the task says.
  public var excess: String? { task.excess }
  /// That of trunk and, where it stands on the trunk alone, head.
  public var memoryNeed: MemoryNeed? {
    let trunk = settings.trunk.build(.constant(0), key: key, on: .cpu)
    let model = task.model(around: trunk, key: key, on: .cpu)
    let side = task.preprocessing.size
    return need(
      of: [model.trunk] + ((model as? Network).map { [$0.head] } ?? []),
      for: MapSize(channels: settings.trunk.inputChannels, size: Pair(side, side)),
      inputs: Task.inputsOfPicture, parameters: model.learnedNumbers)
  }
  /// What the task says.
  public var warnings: [String] { task.warnings }
  /// Whether there are held-out pictures, or labelled ones to probe with.
  public var isEvaluated: Bool { !source.validation.isEmpty || probe != nil }

  /// Throws where the metric that selects checkpoints is none that evaluations give, or a layer to
  /// probe is none: a small network of the kind knows both.
  private func checkMetrics() throws {
    var small = settings.trunk
    small.width = min(small.width, 0.125)
    let trunk = small.build(key: key, on: device)
    let probed = try probe?.names(for: trunk) ?? []
    guard !settings.selection.metric.isEmpty else { return }
    let one = heldOut(batches: 1)
    let evaluation = try task.evaluate(
      task.model(around: trunk, key: key, on: device), on: device, as: settings.precision.dtype
    ) { try one.next() }
    let names = probed + evaluation.metrics.keys + [Self.deadChannels, Self.effectiveRank]
    _ = try settings.selection.value(in: Dictionary(names.map { ($0, 0) }) { first, _ in first })
  }

  /// Throws where the first weights cannot be drawn or loaded as the settings say: asked before
  /// there is a folder.
  public func checkStart() throws {
    let start = settings.initialization
    guard !start.from.isEmpty || !start.fillers.isEmpty else { return }
    var model = freshModel
    try start.check(with: &model)
  }

  /// The model with drawn weights.
  private var freshModel: Task.Model {
    let weights = key.folding("weights")
    return task.model(
      around: settings.trunk.build(
        settings.initialization.scheme.initializer, key: weights.folding("trunk"), on: device),
      key: weights, on: device)
  }

  private static var deadChannels: String { "trunk/deadChannels" }
  private static var effectiveRank: String { "trunk/effectiveRank" }

  /// The same with its data opened anew.
  public func reopened() throws -> Self { try Self(settings, on: device) }

  /// Draws the first weights, looks at pictures for them, or loads them.
  public func prepare(
    resuming checkpoint: Checkpoint?, say: (String) throws -> Void
  ) throws -> PreparedModel<Task.Model> {
    var prepared = PreparedModel(freshModel, notes: try notes)
    prepared.decayFactor = task.decayFactor
    prepared.multipliers = task.multipliers
    if let checkpoint {
      for name in PretrainingStart.notes { prepared.notes[name] = checkpoint.notes[name] }
      return prepared
    }
    if let probe { try say("probes report on \(probe.basis)") }
    if let selection { try say("the run \(selection)") }
    if !source.validation.isEmpty {
      let count = min(source.validation.count, DeadChannels.mostPictures)
      try say("dead channels are counted over \(count) held-out pictures")
    }
    let found = try settings.initialization.prepare(
      &prepared.model, from: source, as: task.preprocessing, key: key.folding("initialization"),
      on: device)
    for (name, report) in found {
      try say("\(name): \(report.description)")
      prepared.notes[name] = report.note
    }
    return prepared
  }

  /// Curves of one run are of one set of labelled pictures.
  public func check(_ checkpoint: Checkpoint, in folder: RunFolder) throws {
    let was = checkpoint.notes[Self.probingData]
    guard was == probe?.dataHash else {
      throw RunError(
        path: folder.path,
        problem: """
          was probed with \(was.map { "data \($0.prefix(12))" } ?? "nothing"), and would be with \
          \((probe?.dataHash).map { "data \($0.prefix(12))" } ?? "nothing"); restore \
          probing.data.path, or begin another run
          """)
    }
  }

  private static var probingData: String { "probingData" }

  /// How labels decide about the run's checkpoints; nil where they do not.
  private var selection: String? {
    let metric = settings.selection.metric
    guard let probe, metric.hasPrefix("probe/") else { return nil }
    return "selects checkpoints by \(metric) on \(probe.basis)"
  }

  /// The pictures of the first step, as the task makes them.
  public func firstPictures() throws -> [Picture] {
    try stream.batch(0).flatMap { task.pictures(of: try source.crop($0, task.window)) }
  }

  /// What crops become, on several threads.
  public func batches() -> @Sendable (Int) throws -> Task.Batch {
    let (task, source, stream, device) = (task, source, stream, device)
    return { number in
      try task.batch(
        of: try stream.batch(number).map { try source.crop($0, task.window) }, for: device)
    }
  }

  /// The task's loss.
  public func loss(
    _ model: inout Task.Model, _ batch: Task.Batch, _ pass: inout Pass
  ) throws -> TrainingLoop.Loss {
    try task.loss(&model, batch, &pass, on: device, as: settings.precision.dtype)
  }

  /// What held-out pictures, dead channels and probes say.
  public func evaluate(_ model: Task.Model) throws -> Evaluation {
    let batches = heldOut()
    var evaluation = try task.evaluate(model, on: device, as: settings.precision.dtype) {
      try batches.next()
    }
    var features: [Float] = []
    let dead = try DeadChannels(
      of: model.trunk, settings.trunk, task.preprocessing, on: source.validation,
      in: source.dataset, size: settings.data.augmentation.size, threads: loaderThreads,
      device: device
    ) { features += $0.globalAveragePool().floats }
    if let dead {
      evaluation.metrics[Self.deadChannels] = dead.share
      evaluation.metrics[Self.effectiveRank] =
        EffectiveRank(
          features, rows: dead.pictures, columns: features.count / dead.pictures)?.value ?? .nan
    }
    if let probe {
      let found = try probe.metrics(
        of: model.trunk, task.preprocessing, size: settings.data.augmentation.size, on: device)
      evaluation.metrics.merge(found) { own, _ in own }
    }
    return evaluation
  }

  /// Batches of centered crops of the validation pictures, in order; at most so many.
  private func heldOut(batches: Int = .max) -> Prefetcher<Task.Batch> {
    let (task, source, device, size) = (task, source, device, settings.batchSize)
    let count = min(batches, (source.validation.count + size - 1) / size)
    return Prefetcher(range: 0..<count, threads: loaderThreads, ahead: loaderThreads + 1) {
      number in
      let records = source.validation[
        number * size..<min((number + 1) * size, source.validation.count)]
      let key = RandomKey(seed: 0).folding("validation")
      return try task.batch(
        of: records.map {
          .init(crop: try source.heldOut($0, task.window), key: key.folding($0))
        },
        for: device)
    }
  }

  /// What a checkpoint says of its network, so that it can be built again from the file alone.
  private var notes: [String: String] {
    get throws {
      var notes = try task.notes.merging([
        "trunk": Checkpoint.note(settings.trunk),
        "preprocessing": Checkpoint.note(task.preprocessing),
        "size": "\(settings.data.augmentation.size)", "pretext": Task.name,
        "task": task.goal, "seed": "\(settings.seed)",
        "objective": Checkpoint.note(settings.objective),
      ]) { own, _ in own }
      notes[Self.probingData] = probe?.dataHash
      notes["probing"] = probe?.basis
      notes[CheckpointOrigin.selectionNote] = selection
      return notes
    }
  }
}
