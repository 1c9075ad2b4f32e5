internal import Files
internal import Randomness
internal import Runs
public import Statistics

/// The finished runs of a study, read back from their folders, and what they come to.
public struct StudyResults {
  /// One finished run.
  public struct Run: Sendable {
    /// Its step.
    public let step: StudyStep
    /// What it came to.
    public let result: StudyResult
    /// The measure that starts are compared in, in percent.
    public let score: Double
    /// The rate that its trials chose; nil where it was set.
    public let rate: Double?
  }

  /// One row: a start on a task in a regime.
  public struct Row: Sendable {
    /// What it is.
    public let plan: StudyPlan.Row
    /// The measure's name.
    public let measure: String
    /// Its finished runs, by rising seed.
    public let runs: [Run]
    /// What scores without knowledge come to, in percent.
    public let chance: Double?
    /// The mean over seeds, in percent; nil without a run.
    public let mean: Interval?
    /// The mean difference to the baseline over the seeds that both have, in points; nil for the
    /// baseline and where they share none.
    public let difference: Interval?

    /// Seeds that are planned and have no finished run.
    public var missing: Int { plan.steps.count - runs.count }
  }

  /// The plan.
  public let plan: StudyPlan
  /// The rows, in the plan's order.
  public let rows: [Row]
  /// The finished trunks with the numbers of their last evaluation, and their archives with the
  /// dead channels of each layer.
  let trunks: [(step: StudyStep, rate: Double?, metrics: [String: Double])]
  /// How long finished steps took, where that is known.
  let timings: [(step: StudyStep, time: StepTiming)]

  /// Reads the runs of a plan. What is not finished is missing; what is another recipe's is an
  /// error, so that nothing is ever mixed.
  public init(_ plan: StudyPlan, tools: StudyTools) throws {
    self.plan = plan
    let records = StepRecords(plan, tools)
    var found: [(StudyPlan.Row, String, [Run])] = []
    for row in plan.rows {
      var (measure, runs) = ("", [Run]())
      for id in row.steps {
        let step = plan.step(id)
        guard try Self.isFinished(step, records) else { continue }
        try Self.checkNeeds(of: step, plan, records)
        let result = try records.result(of: step)!
        let score = try Self.score(result, row.task, step)
        measure = score.name
        runs.append(
          Run(
            step: step, result: result, score: 100 * score.value,
            rate: try records.rate(of: step, in: plan)))
      }
      found.append((row, measure, runs))
    }
    trunks = try plan.steps.compactMap { step in
      switch step.work {
      case .transfer: return nil
      case .pretrain, .supervise, .export: break
      }
      guard try Self.isFinished(step, records) else { return nil }
      return (step, try records.rate(of: step, in: plan), try records.metrics(of: step))
    }
    timings = try plan.steps.compactMap { step in
      guard try Self.isFinished(step, records) else { return nil }
      return try records.timing(of: step).map { (step, $0) }
    }
    rows = found.map { row, measure, runs in
      let base = found.first {
        $0.0.task.name == row.task.name && $0.0.regime.name == row.regime.name
          && $0.0.start == plan.study.baseline
      }
      let chance = runs.compactMap { run in
        run.result.measures.first { $0.name == measure }?.chance
      }
      return Row(
        plan: row, measure: measure, runs: runs,
        chance: chance.isEmpty ? nil : 100 * chance.mean,
        mean: runs.isEmpty
          ? nil
          : plan.study.interval.interval(runs.map(\.score), key: Self.key(row, "mean"))
            .clamped(to: 0...100),
        difference: row.start == plan.study.baseline
          ? nil
          : Self.difference(runs, base?.2 ?? []).map {
            plan.study.interval.interval($0, key: Self.key(row, "difference"))
              .clamped(to: -100...100)
          })
    }
  }

  /// What the mean over classes rests on in the runs of a task: one sentence, where all were tested
  /// on the same pictures.
  func basis(ofTask name: String) -> [String] {
    let runs = rows.filter { $0.plan.task.name == name }.flatMap(\.runs)
    return Set(runs.compactMap(\.result.basis)).sorted()
  }

  /// The differences of runs that share a seed; nil where there are none.
  static func difference(_ runs: [Run], _ base: [Run]) -> [Double]? {
    let pairs = runs.compactMap { run in
      base.first { $0.step.seed == run.step.seed }.map { run.score - $0.score }
    }
    return pairs.isEmpty ? nil : pairs
  }

  /// The key of a row's bootstrap, the same whenever a report is made.
  static func key(_ row: StudyPlan.Row, _ what: String) -> RandomKey {
    RandomKey(seed: 0).folding("\(row.task.name)/\(row.regime.name)/\(row.start)").folding(what)
  }

  private static func isFinished(_ step: StudyStep, _ records: StepRecords) throws -> Bool {
    switch try records.state(of: step) {
    case .finished, .recorded: return true
    case .new, .unfinished: return false
    case .foreign(let problem):
      throw RunError(
        path: step.product,
        problem: "\(problem); it is not mixed into the report: make it again with study run --redo")
    }
  }

  /// The trunk's own steps are looked at, too: it may have been made again by another recipe.
  private static func checkNeeds(
    of step: StudyStep, _ plan: StudyPlan, _ records: StepRecords
  ) throws {
    for need in step.needs.map(plan.step) {
      _ = try isFinished(need, records)
      try checkNeeds(of: need, plan, records)
    }
  }

  private static func score(
    _ result: StudyResult, _ task: StudyTask, _ step: StudyStep
  ) throws -> StudyResult.Measure {
    if let found = result.score(task.measure, over: task.classes) { return found }
    if !task.measure.isEmpty, !result.measures.contains(where: { $0.name == task.measure }) {
      throw RunError(
        path: step.product,
        problem: "has no measure '\(task.measure)'; it has "
          + result.measures.map(\.name).joined(separator: ", "))
    }
    throw RunError(
      path: step.product,
      problem: "does not tell \(result.measures[0].name) for each of "
        + task.classes.joined(separator: ", "))
  }
}
