import Layers
import Randomness
import Tensors
import Testing
import Training

/// Steps that are reported while the device computes the next one are those that are not.
@Suite struct LateReportTests {
  private struct Point: Parameterized {
    var position = Tensor([1.0, 2], shape: [2])

    mutating func visit(_ visitor: inout some ParameterVisitor) {
      visitor.parameter("position", &position, .weight)
    }
  }
  private struct Unreadable: Error {}
  private struct Outcome {
    var steps: [TrainingLoop.Step] = []
    /// The position when each step was reported.
    var positions: [[Float]] = []
    var model = Point()
    var optimizer: any Optimizer = SGD(momentum: 0.5)
    var error: (any Error)?
  }

  /// Six steps by losses of slope 1, 2, …; those in `late` are reported late, the loss of `broken`
  /// is no number, batch `missing` cannot be made, and `last` is the step after which to stop.
  private func outcome(
    late: Set<Int>, broken: Int? = nil, missing: Int? = nil, last: Int = 6
  ) -> Outcome {
    var outcome = Outcome()
    var loop = TrainingLoop(
      iterations: 6, schedule: Schedule(base: 1, total: 6), key: RandomKey(seed: 1))
    loop.reportsLate = { late.contains($0) }
    var (steps, positions) = ([TrainingLoop.Step](), [[Float]]())
    do {
      try loop.run(
        &outcome.model, &outcome.optimizer,
        batch: { number in
          if number == missing { throw Unreadable() }
          return number
        },
        loss: { model, batch, _ in
          let slope = batch == broken ? Double.nan : Double(batch + 1)
          let loss = model.position.sum().scaled(by: slope)
          return .init(loss, metrics: ["twice": Reading(loss) { 2 * $0 }])
        }
      ) { step, model, _ in
        steps.append(step)
        positions.append(model.position.floats)
        return step.number < last
      }
    } catch { outcome.error = error }
    (outcome.steps, outcome.positions) = (steps, positions)
    return outcome
  }

  @Test func allIsAsIfItWereReportedAtOnce() {
    let (plain, late) = (outcome(late: []), outcome(late: [1, 2, 4, 6]))
    #expect(late.steps.map(\.number) == [1, 2, 3, 4, 5, 6])
    #expect(late.steps.map(\.loss) == plain.steps.map(\.loss))
    #expect(late.steps.map(\.metrics) == plain.steps.map(\.metrics))
    #expect(late.steps.map(\.isLate) == [true, true, false, true, false, false])
    #expect(late.model.position.floats == plain.model.position.floats)
    // Where a step is late, the model has gone on by one.
    let expected = [1, 2, 2, 4, 4, 5].map { plain.positions[$0] }
    #expect(late.positions == expected)
  }

  @Test(arguments: [1, 2, 3, 4]) func nothingIsLearnedFromABrokenStep(broken: Int) {
    let (plain, late) = (
      outcome(late: [], broken: broken), outcome(late: [1, 2, 3, 4, 5], broken: broken)
    )
    for found in [plain, late] {
      #expect(found.error == nil && found.steps.map(\.number) == [1, 2, 3, 4, 5, 6])
      let faults = found.steps.compactMap(\.fault)
      #expect(faults.map(\.step) == [broken + 1] && faults.map(\.batch) == [broken])
      #expect(found.optimizer.state.time == 5)
    }
    #expect(late.model.position.floats == plain.model.position.floats)
    let slots = [plain, late].map { $0.optimizer.state.slots["position"]![0].floats }
    #expect(slots[0] == slots[1])
  }

  /// What was asked for before a batch that cannot be made is reported, and the model is of then.
  @Test func anErrorWaitsForTheStepBefore() {
    let late = outcome(late: [1, 2, 3, 4, 5], missing: 3)
    #expect(late.error is Unreadable)
    #expect(
      late.steps.map(\.number) == [1, 2, 3] && late.steps.map(\.isLate) == [true, true, false])
    #expect(late.positions.last == late.model.position.floats)
    // Where that report ends the run, the error is nobody's.
    #expect(outcome(late: [1, 2, 3, 4, 5], missing: 3, last: 3).error == nil)
  }

  /// A late report has no say; the next one in time has.
  @Test func onlyReportsInTimeEndARun() {
    let late = outcome(late: [1, 2, 3], last: 2)
    #expect(late.steps.map(\.number) == [1, 2, 3, 4])
  }
}
