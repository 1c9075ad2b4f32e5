public import Layers
internal import Randomness
internal import Tensors

/// A training loop inside a run folder: batches made ahead on threads, a journal, progress on the
/// screen, checkpoints, evaluations, and an orderly end when a signal asks for one.
public struct RunSession<Batch: Sendable> {
  /// How a session ended.
  public enum Outcome: Sendable, Equatable {
    /// All steps were taken.
    case finished
    /// A signal asked for the end; everything up to that step is saved.
    case interrupted(Signals.Ending, step: Int)
  }

  /// What happens how often, in steps; 0 is never.
  public struct Intervals: Sendable {
    /// Lines of the journal.
    public var log: Int
    /// Checkpoints; the last step always has one.
    public var checkpoint: Int
    /// Evaluations; the last step always has one.
    public var evaluation: Int

    /// Intervals in steps.
    public init(log: Int, checkpoint: Int, evaluation: Int) {
      self.log = log
      self.checkpoint = checkpoint
      self.evaluation = evaluation
    }
  }

  private let folder: RunFolder
  private let title: String
  private let loop: TrainingLoop
  private let intervals: Intervals
  private let stream: (batchSize: Int, records: Int)
  private let dataHash: String
  private let notes: [String: String]
  private let threads: Int
  private let makeBatch: @Sendable (Int) throws -> Batch

  /// A session in `folder`. `stream` says how many samples a step takes and how many an epoch has;
  /// `notes` are kept in every checkpoint; batch i is made by `makeBatch(i)` on one of `threads`.
  public init(
    _ folder: RunFolder, title: String, loop: TrainingLoop, intervals: Intervals,
    stream: (batchSize: Int, records: Int), dataHash: String, notes: [String: String],
    threads: Int, makeBatch: @escaping @Sendable (Int) throws -> Batch
  ) {
    self.folder = folder
    self.title = title
    self.loop = loop
    self.intervals = intervals
    self.stream = stream
    self.dataHash = dataHash
    self.notes = notes
    self.threads = max(1, threads)
    self.makeBatch = makeBatch
  }

  /// Trains from step `start` to the end, or until a signal.
  ///
  /// A checkpoint that cannot be saved is reported and tried again at the next interval; only the
  /// last one must succeed.
  public func train<Model: Parameterized>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int,
    loss: (inout Model, Batch, inout Pass) throws -> TrainingLoop.Loss,
    evaluate: (Model) throws -> [String: Double]
  ) throws -> Outcome {
    Signals.watch()
    defer { Signals.stopWatching() }
    var outcome = Outcome.finished
    var screen = ProgressReporter(title, total: loop.iterations, done: start)
    var since = (seconds: 0.0, waited: 0.0, steps: 0)
    let batches = Prefetcher(
      range: loop.accumulation * start..<loop.accumulation * max(start, loop.iterations),
      threads: threads, ahead: threads + 2, make: makeBatch)
    try loop.run(
      &model, &optimizer, from: start, batch: { _ in try batches.next()! }, loss: loss
    ) { step, model, optimizer in
      let isLast = step.number == loop.iterations
      func isDue(_ interval: Int) -> Bool {
        isLast || (interval > 0 && step.number % interval == 0)
      }
      since.seconds += step.seconds
      since.waited += step.waited
      since.steps += 1
      screen.update(
        step.number, count: stream.batchSize, waited: step.waited,
        message: "loss " + Table.number(step.loss, digits: 4))
      if isDue(intervals.log) {
        // The step's own loss, not a mean since the last line: a resumed run then writes the same
        // numbers as one that was never stopped.
        let count = Double(since.steps)
        try folder.journal.append(
          .step(
            StepRecord(
              step: step.number, loss: step.loss, rate: step.rate,
              imagesPerSecond: count * Double(stream.batchSize) / since.seconds,
              dataWait: since.waited / since.seconds,
              more: step.metrics)))
        since = (0, 0, 0)
      }
      if isDue(intervals.evaluation) {
        let metrics = try evaluate(model)
        if !metrics.isEmpty {
          try folder.journal.append(.evaluation(step: step.number, metrics: metrics))
        }
      }
      let ending = isLast ? nil : Signals.received
      if isDue(intervals.checkpoint) || ending != nil || Signals.takeCheckpointRequest() {
        try save(model, optimizer, step.number, mustSucceed: isLast || ending != nil)
      }
      if let ending {
        outcome = .interrupted(ending, step: step.number)
        screen.finish()
      }
      return ending == nil
    }
    return outcome
  }

  private func save(
    _ model: some Parameterized, _ optimizer: any Optimizer, _ step: Int, mustSucceed: Bool
  ) throws {
    let samples = step * stream.batchSize
    var checkpoint = Checkpoint(
      model: model, optimizer: optimizer,
      progress: TrainingProgress(
        step: step, epoch: samples / stream.records, position: samples % stream.records,
        key: loop.key, configurationHash: folder.configurationHash, dataHash: dataHash))
    checkpoint.notes = notes
    do {
      for warning in try folder.checkpoints.save(checkpoint) { try note(step, warning) }
      try folder.journal.sync()
    } catch {
      if mustSucceed { throw error }
      try note(step, "no checkpoint at step \(step): \(error)")
    }
  }

  private func note(_ step: Int, _ text: String) throws {
    Screen.standardError.write("\n\(text)\n")
    try folder.journal.append(.note(step: step, text: text))
  }
}
