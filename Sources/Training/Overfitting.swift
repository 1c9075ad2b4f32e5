internal import Layers
internal import Networks
internal import Processes
internal import Tensors
internal import Text

/// A proof that network, loss and optimizer of a run can learn at all: one batch, the same at every
/// step, which they must come to know by heart.
///
/// The batch is the run's first, with its crops as they were drawn once. The rate is the run's base
/// rate throughout: neither warm-up nor decay is what is asked about.
public struct Overfitting<Task: LearningTask> {
  /// The run.
  public let run: LearningRun<Task>
  /// Steps at most.
  public var steps = 200
  /// The share of its beginning that the loss must fall below.
  public var share = 0.5

  /// A proof of a run.
  public init(_ run: LearningRun<Task>) { self.run = run }

  /// Learns the batch, and says what came of it. It ends as soon as the loss has fallen so far.
  public func prove() throws -> OverfittingReport {
    let task = run.task
    let settings = task.settings.run
    let prepared = try task.prepare(resuming: nil) { _ in }
    var model = prepared.model
    var optimizer = settings.optimizer.build(
      decayFactor: prepared.decayFactor, multipliers: prepared.multipliers)
    CPUBackend.shared.isThreadInvariant = settings.threadInvariant.holds(
      task.weightUse, batchSize: settings.batchSize)
    var loop = TrainingLoop(
      iterations: steps, schedule: Schedule(base: settings.schedule.rate, total: steps),
      clipNorm: settings.optimizer.clipNorm, key: task.key)
    loop.isTrained = prepared.isTrained
    let batch = try task.batches()(0)
    var report = OverfittingReport(
      name: task.excess ?? "loss", pictures: settings.batchSize, share: share,
      rate: settings.schedule.rate)
    try loop.run(
      &model, &optimizer, batch: { _ in batch }, loss: { try task.loss(&$0, $1, &$2) },
      afterStep: { step, _, _ in
        let value = task.excess.flatMap { step.metrics[$0] } ?? step.loss
        try Signals.check()
        report.add(step.fault == nil ? value : .nan)
        return !report.hasLearned && report.faults < 3
      })
    return report
  }
}

/// What came of learning one batch by heart.
public struct OverfittingReport: Sendable, CustomStringConvertible {
  /// What was measured, such as `loss`; 0 is perfect.
  public let name: String
  /// Pictures in the batch.
  public let pictures: Int
  /// The share of its beginning that the value must fall below.
  public let share: Double
  /// The learning rate.
  public let rate: Double
  /// The value at every step.
  public private(set) var values: [Double] = []
  /// Steps in a row that could not be taken, up to the last.
  public private(set) var faults = 0

  mutating func add(_ value: Double) {
    faults = value.isFinite ? 0 : faults + 1
    values.append(value)
  }

  /// The first finite value, and the mean of the last five: dropout and batch statistics make
  /// single ones jump.
  public var first: Double? { values.first { $0.isFinite } }
  /// The mean of the last five values.
  public var last: Double {
    let tail = values.suffix(5)
    return tail.reduce(0, +) / Double(max(1, tail.count))
  }

  /// Whether the value has fallen below the share of its beginning.
  public var hasLearned: Bool {
    guard let first, values.count > 5, last.isFinite else { return false }
    return last < share * first
  }

  /// The numbers, and advice where it has not.
  public var description: String {
    guard let first else {
      return "\(name) was no number at any step; lower schedule.rate (\(rate)), or set "
        + "optimizer.clipNorm"
    }
    func number(_ value: Double) -> String { Table.number(value, digits: value < 0.1 ? 6 : 4) }
    let numbers =
      "\(name) of one batch of \(pictures) pictures: \(number(first)) at the start, "
      + "\(number(last)) after \(values.count) steps "
      + "(\(Table.number(100 * last / first, digits: 1)) %, to pass below "
      + "\(Table.number(100 * share, digits: 1)) %)"
    return "\(numbers): \(hasLearned ? "it learns" : "it does not learn\n\(advice(first))")"
  }

  private func advice(_ first: Double) -> String {
    if faults > 0 { return "lower schedule.rate (\(rate)), or set optimizer.clipNorm" }
    if last > first {
      return "the \(name) has risen: lower schedule.rate (\(rate))"
    }
    if last < 0.95 * first {
      return "the \(name) falls, but slowly: raise schedule.rate (\(rate)), or give more --steps"
    }
    return "the \(name) stands still: raise schedule.rate (\(rate)); see whether layers are frozen "
      + "(tuning), first weights vanish (initialization), and labels differ (pigment data show)"
  }
}
