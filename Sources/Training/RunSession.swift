internal import Images
internal import Inputs
public import Layers
public import Networks
internal import Processes
internal import Randomness
public import Runs
internal import Tensors
internal import Text

/// A training loop inside a run folder: batches made ahead on threads, a journal, progress on the
/// screen, checkpoints, evaluations, and an orderly end when a signal asks for one.
public struct RunSession<Batch: Sendable> {
  /// How a session ended.
  public typealias Outcome = RunOutcome

  /// What happens how often, in steps; 0 is never.
  public struct Intervals: Sendable {
    /// Lines of the journal.
    public var log: Int
    /// Checkpoints; the last step always has one.
    public var checkpoint: Int
    /// Evaluations; the first weights and the last step always have one, unless this is 0.
    public var evaluation: Int

    /// Intervals in steps.
    public init(log: Int, checkpoint: Int, evaluation: Int) {
      self.log = log
      self.checkpoint = checkpoint
      self.evaluation = evaluation
    }
  }

  let folder: RunFolder
  let loop: TrainingLoop
  let intervals: Intervals
  let stream: (batchSize: Int, records: Int)
  let dataHash: String
  let notes: [String: String]
  private let title: String
  private let threads: Int
  private let makeBatch: @Sendable (Int) throws -> Batch

  /// Which checkpoints are the best, and when to stop early.
  public var selection = CheckpointSelection()
  /// What pictures of a batch are called, by its number, for the journal.
  public var pictures: (@Sendable (_ number: Int) -> [String])?
  /// What is kept of a batch whose loss is not a number; nothing where there is no such function.
  public var archive: (@Sendable (_ number: Int, _ batch: Batch) throws -> TensorArchive)?
  /// An end before the end.
  public var plannedStop: PlannedStop?
  /// What a run does besides the journal with its numbers and pictures.
  public var observers: [any RunObserver] = []

  /// A session in `folder`. `stream` says how many samples a batch takes and how many an epoch has;
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

  /// So many steps in a row that cannot be taken end a session.
  static var mostFaults: Int { 3 }

  /// Trains from step `start` to the end, or until a signal; `best` is the best evaluation so far,
  /// and `faults` steps before `start` could not be taken.
  ///
  /// A step whose loss or gradient is not finite is not taken, and the journal names its pictures;
  /// the third in a row, and weights that are not finite, are a `DivergenceError`.
  ///
  /// A checkpoint that cannot be saved is reported and tried again at the next interval; only the
  /// last one must succeed. Evaluations see the averaged weights where the optimizer keeps them.
  public func train<Model: Parameterized>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int,
    best: TrainingProgress.Best? = nil, faults: Int = 0,
    loss: (inout Model, Batch, inout Pass) throws -> TrainingLoop.Loss,
    evaluate: (Model) throws -> Evaluation
  ) throws -> Outcome {
    Signals.watch()
    defer { Signals.stopWatching() }
    var keeper = try RunKeeper(self, best: best, faults: faults)
    var screen = ProgressReporter(title, total: loop.iterations, done: start)
    var taken = start
    do {
      return try Signals.hold {
        try train(
          &model, &optimizer, from: start, &keeper, &screen, &taken, loss: loss, evaluate: evaluate)
      }
    } catch let interruption as Interruption {
      // An evaluation, or a wait for the next batch. What is missing of an evaluation is made up
      // for when the run goes on.
      screen.finish()
      if taken > start { try keeper.save(model, optimizer, taken, mustSucceed: true) }
      return .interrupted(interruption.signal, step: taken)
    }
  }

  /// The same; `taken` is the number of steps that are behind.
  private func train<Model: Parameterized>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int,
    _ keeper: inout RunKeeper<Batch>, _ screen: inout ProgressReporter, _ taken: inout Int,
    loss: (inout Model, Batch, inout Pass) throws -> TrainingLoop.Loss,
    evaluate: (Model) throws -> Evaluation
  ) throws -> Outcome {
    if try keeper.faults == 0 && lacksEvaluation(at: start) {
      screen.show("evaluating")
      screen.say(try keeper.judge(model, optimizer, step: start, evaluate))
      if start > 0 && (isDue(intervals.checkpoint, start) || keeper.isSettled(at: start)) {
        try keeper.save(model, optimizer, start, mustSucceed: true)
      }
    }
    if keeper.isSettled(at: start) { return .settled(step: start, best: keeper.best!) }
    var outcome = Outcome.finished
    var since = (seconds: 0.0, waited: 0.0, steps: 0)
    let (first, last) = (start * loop.accumulation, loop.iterations * loop.accumulation)
    let batches = Prefetcher(
      range: first..<max(first, last), threads: threads, ahead: threads + 2, make: makeBatch)
    // Those of the step that is being taken, and of the one before, if it is not reported yet.
    var current: [(number: Int, batch: Batch)] = []
    var earlier = current
    var loop = loop
    if let device = model.tensors.first?.tensor.device, !device.isHost {
      loop.reportsLate = { [self] in !looksAtModel(after: $0) }
    }
    do {
      try loop.run(
        &model, &optimizer, from: start,
        batch: { number in
          let isFirst = number % loop.accumulation == 0
          // A step that has begun is finished.
          let batch = try batches.next(heedsSignals: isFirst)!
          if isFirst { (earlier, current) = (current, []) }
          current.append((number, batch))
          return batch
        }, loss: loss
      ) { step, model, optimizer in
        try keeper.take(step.fault)
        if step.isLate { earlier = [] } else { (current, earlier) = ([], []) }
        taken = step.number
        let isLast = step.number == loop.iterations
        since.seconds += step.seconds
        since.waited += step.waited
        since.steps += 1
        screen.update(
          step.number, count: stream.batchSize * loop.accumulation, waited: step.waited,
          message: "loss " + Table.number(step.loss, digits: 4) + Self.spread(step))
        if isDue(intervals.log, step.number), step.fault == nil {
          // The step's own loss, not a mean since the last line: a resumed run then writes the same
          // numbers as one that was never stopped.
          let samples = Double(since.steps * stream.batchSize * loop.accumulation)
          try keeper.record(
            StepRecord(
              step: step.number, loss: step.loss, rate: step.rate,
              imagesPerSecond: samples / since.seconds, dataWait: since.waited / since.seconds,
              more: step.metrics))
          since = (0, 0, 0)
        }
        if step.isLate { return true }
        // Of a step that was not taken there is nothing new to judge.
        let judges = intervals.evaluation > 0 && isDue(intervals.evaluation, step.number)
        if judges && (isLast || step.fault == nil) {
          screen.show("evaluating")
          screen.say(try keeper.judge(model, optimizer, step: step.number, evaluate))
        }
        if let stop = plannedStop, stop.step == step.number, !isLast {
          if stop.saves { try keeper.save(model, optimizer, step.number, mustSucceed: true) }
          outcome = .stopped(step: step.number)
          return false
        }
        let isSettled = !isLast && keeper.isSettled(at: step.number)
        let ending = isLast ? nil : Signals.received
        // Between steps that cannot be taken, only what must be saved is.
        let wants = isDue(intervals.checkpoint, step.number) && (isLast || step.fault == nil)
        if wants || ending != nil || isSettled || Signals.takeCheckpointRequest() {
          try keeper.save(
            model, optimizer, step.number, mustSucceed: isLast || isSettled || ending != nil)
        }
        if let ending { outcome = .interrupted(ending, step: step.number) }
        if isSettled { outcome = .settled(step: step.number, best: keeper.best!) }
        if outcome != .finished { screen.finish() }
        return outcome == .finished
      }
    } catch let error as DivergenceError {
      screen.finish()
      let broken = (earlier + current).first { $0.number == error.batch }
      throw try keeper.keep(broken?.batch, of: error)
    }
    return outcome
  }

  /// How far features spread, for the screen; nothing where it is not known.
  private static func spread(_ step: TrainingLoop.Step) -> String {
    step.metrics[FeatureSpread.rank].map { ", rank " + Table.number($0, digits: 1) } ?? ""
  }

  /// Whether the evaluation that is due after `step` steps is missing, as at the beginning, and
  /// after a signal had ended it.
  private func lacksEvaluation(at step: Int) throws -> Bool {
    guard step > 0 else { return intervals.evaluation > 0 }
    guard intervals.evaluation > 0, isDue(intervals.evaluation, step) else { return false }
    return try !Journal.events(in: folder.journal.path).contains {
      if case .evaluation(step, _) = $0 { true } else { false }
    }
  }

  /// Whether something is due after a step that needs the model as it is then.
  private func looksAtModel(after step: Int) -> Bool {
    (intervals.evaluation > 0 && isDue(intervals.evaluation, step))
      || isDue(intervals.checkpoint, step) || plannedStop?.step == step
      || Signals.received != nil || Signals.isCheckpointRequested
  }

  private func isDue(_ interval: Int, _ step: Int) -> Bool {
    step == loop.iterations || (interval > 0 && step % interval == 0)
  }
}
