internal import Datasets
internal import Foundation
internal import Layers
internal import Networks
internal import Randomness
public import Tensors

/// One pretraining run of any task: its data, its network, its session.
public struct Pretraining<Task: PretextTask> {
  /// Its settings.
  public let configuration: PretrainingConfiguration<Task>
  /// What is learned.
  public let task: Task
  /// The pictures.
  public let source: PretrainingSource
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
    let wanted = task.preprocessing.channels
    guard configuration.trunk.inputChannels == wanted.count else {
      throw ConfigurationError(
        place: "trunk.inputChannels",
        problem: """
          must be \(wanted.count) (\(wanted.rawValue)), it is \(configuration.trunk.inputChannels)
          """)
    }
  }

  /// The content hash of the data.
  public var dataHash: String { source.dataset.contentSHA256 }

  /// Trains in `folder` from `checkpoint`, or from the beginning where there is none.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint?, stop: PlannedStop? = nil
  ) throws -> RunOutcome {
    var model = task.model(
      around: configuration.trunk.build(key: key.folding("weights").folding("trunk"), on: device),
      key: key.folding("weights"), on: device)
    var optimizer = configuration.optimizer.build(decayFactor: task.decayFactor)
    var notes = try self.notes
    if let checkpoint {
      try checkpoint.restore(into: &model, &optimizer)
      notes["start"] = checkpoint.notes["start"]
    } else {
      notes["start"] = try start(&model, in: folder)
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
        let batches = heldOut
        return try task.evaluate(model, on: device, as: dtype) { try batches.next() }
      })
  }

  private func session(
    in folder: RunFolder, notes: [String: String]
  ) -> RunSession<Task.Batch> {
    var loop = TrainingLoop(
      iterations: configuration.iterations,
      schedule: configuration.schedule.schedule(iterations: configuration.iterations),
      clipNorm: configuration.optimizer.clipNorm, key: key)
    loop.accumulation = configuration.accumulation
    let (task, source) = (task, source)
    let stream = SampleStream(
      records: source.train, batchSize: configuration.batchSize, key: key.folding("data"))
    var session = RunSession<Task.Batch>(
      folder, title: "pretrain", loop: loop,
      intervals: .init(
        log: configuration.logInterval, checkpoint: configuration.checkpointInterval,
        evaluation: source.validation.isEmpty ? 0 : configuration.evaluationInterval),
      stream: (configuration.batchSize, source.train.count), dataHash: dataHash, notes: notes,
      threads: configuration.data.loaderThreads,
      makeBatch: { try task.batch(of: try stream.batch($0).map { try source.crop($0) }) })
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

  /// Batches of centered crops of the validation pictures, in order.
  private var heldOut: Prefetcher<Task.Batch> {
    let (task, source, size) = (task, source, configuration.batchSize)
    let count = (source.validation.count + size - 1) / size
    let threads = configuration.data.loaderThreads
    return Prefetcher(range: 0..<count, threads: threads, ahead: threads + 1) { number in
      let records = source.validation[
        number * size..<min((number + 1) * size, source.validation.count)]
      let key = RandomKey(seed: 0).folding("validation")
      return try task.batch(
        of: records.map { .init(crop: try source.center(of: $0), key: key.folding($0)) })
    }
  }

  /// What a checkpoint says of its network, so that it can be built again from the file alone.
  private var notes: [String: String] {
    get throws {
      try task.notes.merging([
        "trunk": Checkpoint.note(configuration.trunk),
        "preprocessing": Checkpoint.note(task.preprocessing),
        "size": "\(configuration.data.augmentation.size)", "pretext": Task.name,
        "task": task.goal, "seed": "\(configuration.seed)",
        "objective": Checkpoint.note(configuration.objective),
      ]) { own, _ in own }
    }
  }

  /// Loads the first weights where the settings name a run; gives the note that says so.
  private func start(_ model: inout Task.Model, in folder: RunFolder) throws -> String? {
    guard !configuration.initialization.from.isEmpty else { return nil }
    let report = try configuration.initialization.load(into: &model)
    try folder.journal.append(.note(step: 0, text: "weights from \(report)"))
    return try Checkpoint.note(report)
  }
}

extension PretrainingStart {
  /// Loads a checkpoint's weights, strictly, but for the parts that stay fresh: those keep what
  /// they have, whatever the file has under their names.
  func load(into model: inout some Parameterized) throws -> LoadReport {
    let checkpoint = try CheckpointOrigin.checkpoint(at: from)
    func isFresh(_ name: String) -> Bool {
      fresh.contains { name == $0 || name.hasPrefix($0 + ".") }
    }
    let names = model.tensors.map(\.name)
    for part in fresh where !names.contains(where: { $0 == part || $0.hasPrefix(part + ".") }) {
      throw ConfigurationError(
        place: "initialization.fresh",
        problem: "there is no part '\(part)'; there are \(names.parts.joined(separator: ", "))")
    }
    var archive = TensorArchive(metadata: [:], source: checkpoint.archive.source)
    for entry in checkpoint.archive.entries where entry.name.hasPrefix("model.") {
      if !isFresh(String(entry.name.dropFirst("model.".count))) { archive.add(entry) }
    }
    return try model.load(from: archive, prefix: "model.", allowingFresh: isFresh)
  }
}

extension [String] {
  /// The names of tensors without their last word, each once.
  fileprivate var parts: [String] {
    var seen: Set<String> = []
    return compactMap { name in
      let part = name.split(separator: ".").dropLast().joined(separator: ".")
      return seen.insert(part).inserted ? part : nil
    }
  }
}
