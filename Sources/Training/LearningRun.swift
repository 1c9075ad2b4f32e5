internal import Configurations
internal import Datasets
internal import Layers
internal import Networks
internal import Processes
public import Runs
internal import Tensors

/// One training run of any task in its folder: the only way in which anything is trained.
public struct LearningRun<Task: LearningTask> {
  /// What is trained.
  public let task: Task

  /// A run of a task; a setting that no run can have is an error.
  public init(_ task: Task) throws {
    self.task = task
    let settings = task.settings.run
    try settings.check()
    guard task.loaderThreads > 0 else {
      throw ConfigurationError(
        place: "data.loaderThreads", problem: "must be positive, it is \(task.loaderThreads)")
    }
    guard !task.lossSpansStep || settings.accumulation == 1 else {
      throw ConfigurationError(
        place: "accumulation",
        problem: """
          must be 1, because the loss relates all pictures of a step; raise batchSize instead
          """)
    }
    guard task.isEvaluated || settings.selection.metric.isEmpty else {
      throw ConfigurationError(
        place: "selection.metric", problem: "there are no held-out pictures to evaluate by")
    }
    try requireMemory()
  }

  /// What a session of the run came to.
  public struct Ending {
    /// How it ended.
    public let outcome: RunOutcome
    /// What came out; nil where the run is not over, or its checkpoints are all there is.
    public let result: Task.Result?
  }

  /// Trains in `folder` from `checkpoint`, or from the beginning where there is none, and writes
  /// the result there.
  ///
  /// The result is that of the weights that others find in the run: their moving average where one
  /// is kept, and those of the best checkpoint where one is selected.
  ///
  /// Where a record of the data is damaged the run begins anew without it, and `damaged.json` names
  /// it. Where three steps in a row cannot be taken, or weights are not finite, it goes back to its
  /// last good checkpoint, once; then it ends with a `DivergenceError`.
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint? = nil, stop: PlannedStop? = nil
  ) throws -> Ending {
    let report = RunFolder.damageReport(in: folder.path)
    return try DamagedRecords.leavingOut(reportedIn: report) {
      let leftOut = DamagedRecords.leftOut
      // What was learned with records that are damaged now is given up.
      let start = checkpoint.flatMap { $0.leftOut == leftOut.digest ? $0 : nil }
      if start == nil && (checkpoint != nil || !leftOut.records.isEmpty) {
        try folder.goBack(to: nil)
      }
      if start == nil && !leftOut.records.isEmpty {
        let names = leftOut.records.map(\.id).joined(separator: ", ")
        try folder.journal.append(.note(step: 0, text: "left out as damaged: \(names)"))
      }
      guard task.dataset.leftOut == leftOut else {
        return try LearningRun(task.reopened()).goingBackOnce(in: folder, from: start, stop)
      }
      return try goingBackOnce(in: folder, from: start, stop)
    }
  }

  private func goingBackOnce(
    in folder: RunFolder, from checkpoint: Checkpoint?, _ stop: PlannedStop?
  ) throws -> Ending {
    do { return try train(in: folder, from: checkpoint, stop) } catch let error as DivergenceError {
      let good = try folder.checkpoints.latestGood()
      let step = good?.progress.step
      try folder.goBack(to: step)
      let text =
        "\(error.problem); the run goes back to "
        + (step.map { "its checkpoint of step \($0)" } ?? "its beginning") + ", once"
      Output.warn("\(folder.path): \(text)")
      try folder.journal.append(.note(step: step ?? 0, text: text))
      return try train(in: folder, from: good, stop, isSecond: true)
    }
  }

  private func train(
    in folder: RunFolder, from checkpoint: Checkpoint?, _ stop: PlannedStop?,
    isSecond: Bool = false
  ) throws -> Ending {
    let settings = task.settings.run
    let isThreadInvariant = settings.threadInvariant.holds(
      task.weightUse, batchSize: settings.batchSize)
    CPUBackend.shared.isThreadInvariant = isThreadInvariant
    if let checkpoint {
      try check(checkpoint, folder)
    } else {
      // A record that a program made itself need not name the data.
      let began = try folder.environment().dataHash
      if !began.isEmpty { try check(began: began, in: folder) }
      try BestCheckpoints.removeAll(in: "\(folder.path)/best")
      for text in try warnings() {
        // The journal begins again, those who read the screen have read it.
        if !isSecond { Output.warn("\(folder.path): \(text)") }
        try folder.journal.append(.note(step: 0, text: "warning: \(text)"))
      }
    }
    let step = checkpoint?.progress.step ?? 0
    if !isThreadInvariant {
      let text = "steps depend on the number of threads in their last bits (threadInvariant)"
      try folder.journal.append(.note(step: step, text: text))
    }
    do {
      return try run(in: folder, from: checkpoint, after: step, stop)
    } catch let interruption as Interruption {
      // Before the first step: learned starts. They begin anew.
      return Ending(outcome: .interrupted(interruption.signal, step: step), result: nil)
    }
  }

  private func run(
    in folder: RunFolder, from checkpoint: Checkpoint?, after step: Int, _ stop: PlannedStop?
  ) throws -> Ending {
    let settings = task.settings.run
    let prepared = try task.prepare(resuming: checkpoint) {
      try folder.journal.append(.note(step: 0, text: $0))
    }
    var model = prepared.model
    var optimizer = settings.optimizer.build(
      decayFactor: prepared.decayFactor, multipliers: prepared.multipliers)
    try checkpoint?.restore(into: &model, &optimizer)
    let session = try session(prepared, in: folder, after: step, stop)
    // Also of a run that diverges, whose losses one wants to see. A table that cannot be written is
    // no reason to lose a result.
    defer { do { try folder.writeMetrics() } catch { Output.warn("\(error)") } }
    let outcome = try session.train(
      &model, &optimizer, from: step, best: checkpoint?.progress.best,
      faults: checkpoint?.faults ?? 0,
      loss: { try task.loss(&$0, $1, &$2) }, evaluate: { try task.evaluate($0) })
    let last: Int
    switch outcome {
    case .interrupted, .stopped: return Ending(outcome: outcome, result: nil)
    case .finished: last = settings.iterations
    case .settled(let step, _): last = step
    }
    do {
      let result = try result(&model, optimizer, in: folder)
      return Ending(outcome: outcome, result: result)
    } catch let interruption as Interruption {
      // The last checkpoint is there; the test is made when the run goes on.
      return Ending(outcome: .interrupted(interruption.signal, step: last), result: nil)
    }
  }

  private func result(
    _ model: inout Task.Model, _ optimizer: any Optimizer, in folder: RunFolder
  ) throws -> Task.Result? {
    let settings = task.settings.run
    model = optimizer.averaged(model)
    var (selected, notes): (Int?, [String]) = (nil, [])
    if comesToBest {
      guard let found = try BestCheckpoints.best(in: "\(folder.path)/best") else {
        throw RunError(
          path: "\(folder.path)/best",
          problem: "holds no checkpoint to test: no evaluation gave a finite "
            + settings.selection.metric)
      }
      selected = found.checkpoint.progress.step
      notes = found.warnings
      notes.append("tested is the checkpoint of step \(found.checkpoint.progress.step)")
      try model.load(from: found.checkpoint.withAveragedWeights.archive, prefix: "model.")
    }
    if Task.Result.self != Never.self { try model.requireFinite(in: folder.path) }
    let result = try task.result(of: model, selected: selected, in: folder)
    // After the test, which a signal may end: it says so once.
    for text in notes { try folder.journal.append(.note(step: settings.iterations, text: text)) }
    if let result { try folder.writeEvaluation(result) }
    return result
  }

  /// Whether the best checkpoint, not the last, is what the run comes to.
  private var comesToBest: Bool {
    Task.Result.self != Never.self && !task.settings.run.selection.metric.isEmpty
  }

  private func check(_ checkpoint: Checkpoint, _ folder: RunFolder) throws {
    try check(began: checkpoint.progress.dataHash, in: folder)
    try task.check(checkpoint, in: folder)
  }

  private func check(began was: String, in folder: RunFolder) throws {
    let now = task.dataHash
    guard was == now else {
      throw RunError(
        path: folder.path,
        problem: """
          began with data of other content (\(was.prefix(12)), now \(now.prefix(12))); restore \
          \(task.dataset.path), or start a new run
          """)
    }
  }

  private func session(
    _ prepared: PreparedModel<Task.Model>, in folder: RunFolder, after step: Int,
    _ stop: PlannedStop?
  ) throws -> RunSession<Task.Batch> {
    let settings = task.settings.run
    var loop = TrainingLoop(
      iterations: settings.iterations,
      schedule: settings.schedule.schedule(iterations: settings.iterations),
      clipNorm: settings.optimizer.clipNorm, key: task.key)
    loop.accumulation = settings.accumulation
    loop.isTrained = prepared.isTrained
    let (stream, dataset) = (task.stream, task.dataset)
    var notes = prepared.notes
    if comesToBest {
      notes[CheckpointOrigin.testedNote] = CheckpointOrigin.best
    }
    var session = RunSession<Task.Batch>(
      folder, title: Task.title, loop: loop,
      intervals: .init(
        log: settings.logInterval, checkpoint: settings.checkpointInterval,
        evaluation: task.isEvaluated ? settings.evaluationInterval : 0),
      stream: (stream.batchSize, stream.records.count), dataHash: task.dataHash, notes: notes,
      threads: task.loaderThreads, makeBatch: try task.batches())
    session.selection = settings.selection
    session.plannedStop = stop
    session.pictures = { number in stream.batch(number).map { dataset.ids[$0.record] } }
    session.archive = { number, batch in
      var archive = batch.archive
      let samples = stream.batch(number)
      archive.metadata["records"] = samples.map { dataset.ids[$0.record] }.joined(separator: "\n")
      archive.metadata["epoch"] = "\(samples[0].epoch)"
      archive.metadata["batch"] = "\(number)"
      return archive
    }
    if settings.tensorBoard {
      session.observers = [try EventWriter("\(folder.path)/tensorboard", after: step)]
    }
    return session
  }
}
