internal import Datasets
internal import Files
internal import Layers
internal import Networks
internal import Processes
internal import Runs
internal import Tensors
internal import Text

/// What a session writes: the journal, the newest and the best checkpoints, a batch that broke it.
struct RunKeeper<Batch: Sendable> {
  private let session: RunSession<Batch>
  private var bestOnes: BestCheckpoints?
  /// The best value of the selected metric so far.
  private(set) var best: TrainingProgress.Best?
  /// Steps in a row, up to the last, that could not be taken.
  private(set) var faults: Int
  private var watch: CollapseWatch
  /// The metrics of the evaluations so far.
  private var judged: [[String: Double]]

  init(_ session: RunSession<Batch>, best: TrainingProgress.Best?, faults: Int) throws {
    self.session = session
    self.best = best
    self.faults = faults
    let events = try Journal.events(in: session.folder.journal.path)
    watch = CollapseWatch(after: events)
    judged = events.compactMap {
      if case .evaluation(_, let metrics) = $0 { metrics } else { nil }
    }
    let selection = session.selection
    if !selection.metric.isEmpty {
      bestOnes = try BestCheckpoints("\(session.folder.path)/best", selection)
    }
  }

  /// Whether nothing got better for so long that the run is over.
  func isSettled(at step: Int) -> Bool {
    session.selection.isOver(
      at: step, best: best, evaluationInterval: session.intervals.evaluation)
  }

  /// Writes what a logged step came to, and says so where its features collapse.
  mutating func record(_ step: StepRecord) throws {
    try session.folder.journal.append(.step(step))
    for observer in session.observers { try observer.record(step) }
    if let warning = watch.warning(of: step) { try note(step.step, "warning: \(warning)") }
  }

  /// Notes whether a step was taken; too many in a row that were not are an error.
  mutating func take(_ fault: DivergenceError?) throws {
    guard let fault else {
      faults = 0
      return
    }
    faults += 1
    let batches =
      (fault.step - 1) * session.loop.accumulation..<fault.step
      * session.loop.accumulation
    let pictures = batches.flatMap { session.pictures?($0) ?? [] }
    let names = pictures.isEmpty ? "" : "; its pictures are " + pictures.joined(separator: ", ")
    try note(fault.step, "\(fault.problem); the step was not taken\(names)")
    if faults >= RunSession<Batch>.mostFaults { throw fault }
  }

  /// Evaluates, notes what comes of it, and keeps the checkpoint if it is among the best. Gives a
  /// line about it, marked where no evaluation before was as good by the selected metric, or by the
  /// one that such a task is usually judged by.
  mutating func judge<Model: Parameterized>(
    _ model: Model, _ optimizer: any Optimizer, step: Int,
    _ evaluate: (Model) throws -> Evaluation
  ) throws -> Report {
    let averaged = optimizer.averaged(model)
    if let tensor = averaged.tensors.first(where: { !$0.isFinite }) {
      throw DivergenceError(step: step, .state(tensor: tensor.name))
    }
    let evaluation: Evaluation
    do { evaluation = try evaluate(averaged) } catch let error as NonFiniteOutput {
      throw DivergenceError(step: step, .evaluation(problem: "\(error)"))
    }
    try judge(evaluation, model, optimizer, step: step)
    for (name, value) in evaluation.metrics.sorted(by: { $0.key < $1.key }) where value.isNaN {
      try note(step, "warning: \(name) is not a number after step \(step)")
    }
    defer { judged.append(evaluation.metrics) }
    return report(evaluation, step: step)
  }

  private mutating func judge(
    _ evaluation: Evaluation, _ model: some Parameterized, _ optimizer: any Optimizer, step: Int
  ) throws {
    guard !evaluation.metrics.isEmpty else { return }
    try session.folder.journal.append(.evaluation(step: step, metrics: evaluation.metrics))
    if !session.observers.isEmpty {
      var tensors = TensorArchive()
      optimizer.averaged(model).save(into: &tensors)
      for observer in session.observers {
        try observer.record(evaluation, step: step, model: tensors)
      }
    }
    do {
      for (name, picture) in evaluation.pictures.sorted(by: { $0.key < $1.key }) {
        try session.folder.write(picture, name, step: step)
      }
    } catch let error as FileError {
      try note(step, "the pictures of step \(step) were not kept: \(error)")
    }
    let selection = session.selection
    guard !selection.metric.isEmpty else { return }
    let value = try selection.value(in: evaluation.metrics)
    if value.isFinite && best.map({ selection.prefers(value, to: $0.value) }) != false {
      best = .init(metric: selection.metric, value: value, step: step)
    }
    do {
      var ones = bestOnes!
      let warnings = try ones.offer(step: step, value: value) {
        checkpoint(model, optimizer, step)
      }
      bestOnes = ones
      for warning in warnings { try note(step, warning) }
    } catch let error as NonFiniteState {
      throw DivergenceError(step: step, .state(tensor: error.tensor))
    } catch let error where error is FileError || error is RunError {
      try note(step, "the best checkpoint, of step \(step), was not saved: \(error)")
    }
  }

  /// An evaluation on one line, marked where it is the best so far.
  private func report(_ evaluation: Evaluation, step: Int) -> Report {
    var words = ["after step \(step):"] + Table.numbers(evaluation.metrics)
    var facts: [String: any Encodable] = ["step": step, "metrics": evaluation.metrics]
    let chosen = session.selection
    let judge =
      chosen.metric.isEmpty ? CheckpointSelection.usual(among: evaluation.metrics) : chosen
    if let judge, let value = evaluation.metrics[judge.metric], value.isFinite {
      let others = judged.compactMap { $0[judge.metric] }
      let isBest = others.allSatisfy { judge.prefers(value, to: $0) }
      (facts["bestBy"], facts["isBest"]) = (judge.metric, isBest)
      if isBest && !others.isEmpty { words.append("(best \(judge.metric) so far)") }
    }
    return Report(.evaluation, words.joined(separator: "  "), facts)
  }

  /// Saves a checkpoint among the newest. One with numbers that are not finite is none.
  func save(
    _ model: some Parameterized, _ optimizer: any Optimizer, _ step: Int, mustSucceed: Bool
  ) throws {
    do {
      for warning in try session.folder.checkpoints.save(checkpoint(model, optimizer, step)) {
        try note(step, warning)
      }
      session.folder.journal.sync()
    } catch let error as NonFiniteState {
      throw DivergenceError(step: step, .state(tensor: error.tensor))
    } catch {
      if mustSucceed { throw error }
      try note(step, "no checkpoint at step \(step): \(error)")
    }
  }

  /// Keeps the batch that broke the run, where it was one, and says so in the journal and in the
  /// error.
  func keep(_ batch: Batch?, of error: DivergenceError) throws -> DivergenceError {
    var error = error
    error.checkpoint = try session.folder.checkpoints.latestGood()?.progress.step
    if let archive = session.archive, let batch, let number = error.batch {
      let path = "\(session.folder.path)/diverged-step-\(error.step).safetensors"
      try archive(number, batch).write(to: path, seal: .sha256)
      error.saved = path
    }
    try session.folder.journal.append(.note(step: error.step - 1, text: "\(error)"))
    session.folder.journal.sync()
    return error
  }

  private func checkpoint(
    _ model: some Parameterized, _ optimizer: any Optimizer, _ step: Int
  ) -> Checkpoint {
    let samples = step * session.stream.batchSize * session.loop.accumulation
    var checkpoint = Checkpoint(
      model: model, optimizer: optimizer,
      progress: TrainingProgress(
        step: step, epoch: samples / session.stream.records,
        position: samples % session.stream.records, key: session.loop.key, best: best,
        configurationHash: session.folder.configurationHash, dataHash: session.dataHash))
    checkpoint.notes = session.notes
    checkpoint.faults = faults
    checkpoint.leftOut = DamagedRecords.leftOut.digest
    return checkpoint
  }

  private func note(_ step: Int, _ text: String) throws {
    Screen.standardError.write("\n\(text)\n")
    try session.folder.journal.append(.note(step: step, text: text))
  }
}

extension NamedTensor {
  /// Whether all its numbers are finite.
  fileprivate var isFinite: Bool { tensor.dtype == .i32 || tensor.squaredNorm.isFinite }
}
