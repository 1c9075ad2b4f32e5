internal import Configurations
internal import Datasets
internal import Foundation
internal import Inputs
internal import Layers
internal import Networks
internal import Randomness
public import Runs
public import Tensors

/// One pretraining run of any task: its data, its network, its session.
public struct Pretraining<Task: PretextTask> {
  /// Its settings.
  public let configuration: PretrainingConfiguration<Task>
  /// What is learned.
  public let task: Task
  /// The pictures.
  public let source: PretrainingSource
  private let probe: OnlineProbe?
  let device: Device
  /// The run's key: everything that is drawn is drawn from its children.
  let key: RandomKey

  /// Opens the data and prepares the task; every problem is found before the first step.
  public init(_ configuration: PretrainingConfiguration<Task>, on device: Device = .cpu) throws {
    self.configuration = configuration
    self.device = device
    key = RandomKey(seed: configuration.seed)
    try configuration.check()
    source = try PretrainingSource(configuration.data)
    task = try Task(configuration.objective, trunk: configuration.trunk, data: source)
    probe =
      configuration.probing.isAsked
      ? try OnlineProbe(configuration.probing, key: RandomKey(seed: 0).folding("probing")) : nil
    let wanted = task.preprocessing.channels
    guard configuration.trunk.inputChannels == wanted.count else {
      throw ConfigurationError(
        place: "trunk.inputChannels",
        problem: """
          must be \(wanted.count) (\(wanted.rawValue)), it is \(configuration.trunk.inputChannels)
          """)
    }
    try checkMetrics()
  }

  /// Throws where the metric that selects checkpoints is none that evaluations give, or a layer to
  /// probe is none: a small network of the kind knows both.
  private func checkMetrics() throws {
    var small = configuration.trunk
    small.width = min(small.width, 0.125)
    let trunk = small.build(key: key, on: device)
    let probed = try probe?.names(for: trunk) ?? []
    guard !configuration.selection.metric.isEmpty else { return }
    let one = heldOut(batches: 1)
    let evaluation = try task.evaluate(
      task.model(around: trunk, key: key, on: device), on: device, as: configuration.precision.dtype
    ) { try one.next() }
    let names = probed + evaluation.metrics.keys + [Self.silentChannels]
    _ = try configuration.selection.value(
      in: Dictionary(uniqueKeysWithValues: names.map { ($0, 0) }))
  }

  /// Throws where the first weights cannot be drawn or loaded as the settings say: asked before
  /// there is a folder.
  public func checkStart() throws {
    let start = configuration.initialization
    guard !start.from.isEmpty || !start.fillers.isEmpty else { return }
    var model = freshModel
    try start.check(with: &model)
  }

  /// The model with drawn weights.
  private var freshModel: Task.Model {
    let weights = key.folding("weights")
    return task.model(
      around: configuration.trunk.build(
        configuration.initialization.initializer, key: weights.folding("trunk"), on: device),
      key: weights, on: device)
  }

  private static var silentChannels: String { "trunk/silentChannels" }

  /// The content hash of the data.
  public var dataHash: String { source.dataset.contentSHA256 }

  /// Trains in `folder` from `checkpoint`, or from the beginning where there is none.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?, stop: PlannedStop? = nil
  ) throws -> RunOutcome {
    let start = configuration.initialization
    var model = freshModel
    var optimizer = configuration.optimizer.build(
      decayFactor: task.decayFactor, multipliers: task.multipliers)
    var notes = try self.notes
    if let checkpoint {
      try checkpoint.restore(into: &model, &optimizer)
      try checkProbe(against: checkpoint, in: folder)
      for name in PretrainingStart.notes { notes[name] = checkpoint.notes[name] }
    } else {
      let found = try start.prepare(
        &model, from: source, as: task.preprocessing, key: key.folding("initialization"), on: device
      )
      for (name, report) in found {
        try folder.journal.append(.note(step: 0, text: "\(name): \(report.description)"))
        notes[name] = report.note
      }
    }
    let (task, device, dtype) = (task, device, configuration.precision.dtype)
    let step = checkpoint?.progress.step ?? 0
    var session = session(in: folder, notes: notes)
    session.plannedStop = stop
    if configuration.tensorBoard {
      session.observers = [try EventWriter("\(folder.path)/tensorboard", after: step)]
    }
    return try session.train(
      &model, &optimizer, from: step, best: checkpoint?.progress.best,
      loss: { model, batch, pass in
        try task.loss(&model, batch, &pass, on: device, as: dtype)
      },
      evaluate: { model in
        let batches = heldOut()
        var evaluation = try task.evaluate(model, on: device, as: dtype) { try batches.next() }
        evaluation.metrics[Self.silentChannels] = model.trunk.silentChannels.share
        if let probe {
          let found = try probe.metrics(
            of: model.trunk, task.preprocessing, size: configuration.data.augmentation.size,
            on: device)
          evaluation.metrics.merge(found) { own, _ in own }
        }
        return evaluation
      })
  }

  /// Curves of one run are of one set of labelled pictures.
  private func checkProbe(against checkpoint: Checkpoint, in folder: RunFolder) throws {
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

  private func session(
    in folder: RunFolder, notes: [String: String]
  ) -> RunSession<Task.Batch> {
    var loop = TrainingLoop(
      iterations: configuration.iterations,
      schedule: configuration.schedule.schedule(iterations: configuration.iterations),
      clipNorm: configuration.optimizer.clipNorm, key: key)
    loop.accumulation = configuration.accumulation
    let (task, source, device) = (task, source, device)
    let stream = SampleStream(
      records: source.train, batchSize: configuration.batchSize, key: key.folding("data"))
    var session = RunSession<Task.Batch>(
      folder, title: "pretrain", loop: loop,
      intervals: .init(
        log: configuration.logInterval, checkpoint: configuration.checkpointInterval,
        evaluation: source.validation.isEmpty && probe == nil
          ? 0 : configuration.evaluationInterval),
      stream: (configuration.batchSize, source.train.count), dataHash: dataHash, notes: notes,
      threads: configuration.data.loaderThreads,
      makeBatch: { number in
        try task.batch(of: try stream.batch(number).map { try source.crop($0) }, for: device)
      })
    session.selection = configuration.selection
    session.archive = { number, batch in
      var archive = batch.archive
      let samples = stream.batch(number)
      archive.metadata["records"] = samples.map { source.dataset.ids[$0.record] }
        .joined(separator: "\n")
      archive.metadata["epoch"] = "\(samples[0].epoch)"
      archive.metadata["batch"] = "\(number)"
      return archive
    }
    return session
  }

  /// Batches of centered crops of the validation pictures, in order; at most so many.
  private func heldOut(batches: Int = .max) -> Prefetcher<Task.Batch> {
    let (task, source, device, size) = (task, source, device, configuration.batchSize)
    let count = min(batches, (source.validation.count + size - 1) / size)
    let threads = configuration.data.loaderThreads
    return Prefetcher(range: 0..<count, threads: threads, ahead: threads + 1) { number in
      let records = source.validation[
        number * size..<min((number + 1) * size, source.validation.count)]
      let key = RandomKey(seed: 0).folding("validation")
      return try task.batch(
        of: records.map { .init(crop: try source.center(of: $0), key: key.folding($0)) },
        for: device)
    }
  }

  /// What a checkpoint says of its network, so that it can be built again from the file alone.
  private var notes: [String: String] {
    get throws {
      var notes = try task.notes.merging([
        "trunk": Checkpoint.note(configuration.trunk),
        "preprocessing": Checkpoint.note(task.preprocessing),
        "size": "\(configuration.data.augmentation.size)", "pretext": Task.name,
        "task": task.goal, "seed": "\(configuration.seed)",
        "objective": Checkpoint.note(configuration.objective),
      ]) { own, _ in own }
      notes[Self.probingData] = probe?.dataHash
      return notes
    }
  }
}
