public import Layers
internal import Processes
public import Randomness
public import Tensors

/// The loop that pretraining, transfer and the rivals share: batch, loss, gradients, step.
///
/// It knows nothing of files and screens; what happens beside the steps (journal, checkpoints,
/// evaluation) is handed in.
public struct TrainingLoop {
  /// Steps of the whole run.
  public var iterations: Int
  /// The learning rate of each step.
  public var schedule: Schedule
  /// Gradients are scaled down to this norm where they exceed it; 0 leaves them alone.
  public var clipNorm: Double
  /// Batches whose mean gradient makes one step: step i takes those from i times this on.
  public var accumulation = 1
  /// The key of the run; batch i draws from its child i.
  public var key: RandomKey
  /// Which steps may be reported while the device computes the next one, by their numbers: those
  /// after which nobody looks at the model. Whether to go on after them is not asked. The last step
  /// is never reported late.
  public var reportsLate: (Int) -> Bool = { _ in false }
  /// Which parameters learn.
  public var isTrained: (NamedTensor) -> Bool = { _ in true }

  /// A loop of these settings.
  public init(iterations: Int, schedule: Schedule, clipNorm: Double = 0, key: RandomKey) {
    self.iterations = iterations
    self.schedule = schedule
    self.clipNorm = clipNorm
    self.key = key
  }

  /// What the loss of one step is.
  public struct Loss {
    /// What is differentiated.
    public var trained: Tensor
    /// Numbers to report besides, such as the unweighted loss; they are read after the step.
    public var metrics: [String: Reading]

    /// A loss; `metrics` come on top of `loss` itself.
    public init(_ trained: Tensor, metrics: [String: Reading] = [:]) {
      self.trained = trained
      self.metrics = metrics
    }
  }

  /// What one step did.
  public struct Step: Sendable {
    /// Steps behind, this one included.
    public let number: Int
    /// The value that was differentiated.
    public let loss: Double
    /// The loss function's other numbers, and `gradientNorm`: before clipping, over all parameters.
    public let metrics: [String: Double]
    /// The learning rate.
    public let rate: Double
    /// Seconds of the whole step, since the one before was reported where that was late.
    public let seconds: Double
    /// Seconds of it spent waiting for the batch.
    public let waited: Double
    /// Whether the model is that of the next step already; see `reportsLate`.
    public let isLate: Bool
    /// Why the step was not taken; nil where it was. `loss` and `metrics` then say nothing.
    public let fault: DivergenceError?
  }

  /// Takes the steps from `start` on; ends early when `afterStep` returns false.
  ///
  /// A step whose loss or gradient is not finite is not taken: parameters, running statistics and
  /// what the optimizer remembers stay as they were, and `afterStep` hears why (`Step.fault`);
  /// averages of weights move on towards them. `batch` is asked for numbers from
  /// `start * accumulation` on, in order, and those of a step before anything of it is read.
  /// `loss` must not read tensors: numbers to report it hands over as `Reading`s. An error that
  /// `batch` throws is thrown after the step before has been reported.
  public func run<Model: Parameterized, Batch>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int = 0,
    batch: (Int) throws -> Batch,
    loss: (inout Model, Batch, inout Pass) throws -> Loss,
    afterStep: (Step, Model, any Optimizer) throws -> Bool
  ) throws {
    precondition(accumulation > 0, "TrainingLoop: \(accumulation) batches make no step")
    let clock = ContinuousClock()
    var reported = clock.now
    /// The step that was asked for and not yet reported.
    var asked: Asked<Batch>?
    func report(_ step: Asked<Batch>, isLate: Bool) throws -> (goesOn: Bool, wasTaken: Bool) {
      var (loss, metrics, fault) = (0.0, [String: Double](), DivergenceError?.none)
      switch step.outcome() {
      case .taken(let mean, let others): (loss, metrics) = (mean, others)
      case .broken(let batch, let value):
        // They were counted, but the device took neither it nor the one after it.
        optimizer.state.time -= isLate ? 2 : 1
        model.transform { step.statistics[$0.name] ?? $0.tensor }
        loss = value
        fault = DivergenceError(step: step.number, batch: batch, loss: value)
      }
      let (begin, now) = (max(step.begin, reported), clock.now)
      reported = now
      let goesOn = try afterStep(
        Step(
          number: step.number, loss: loss, metrics: metrics, rate: step.rate,
          seconds: begin.duration(to: now).seconds, waited: step.waited, isLate: isLate,
          fault: fault), model, optimizer)
      return (goesOn, fault == nil)
    }
    for index in start..<max(start, iterations) {
      var step: Asked<Batch>
      do {
        step = try ask(index, &model, &optimizer, after: asked, batch: batch, loss: loss)
      } catch {
        if let earlier = asked, try !report(earlier, isLate: false).goesOn { return }
        throw error
      }
      if let earlier = asked, try !report(earlier, isLate: true).wasTaken {
        // The device left this one out, too: it may have begun with numbers of the broken one.
        let batches = step.batches
        step = try ask(
          index, &model, &optimizer, after: nil, batch: { batches[$0 - index * accumulation] },
          loss: loss)
      }
      asked = index + 1 < iterations && reportsLate(index + 1) ? step : nil
      if asked == nil, try !report(step, isLate: false).goesOn { return }
    }
  }

  /// A step that the device was asked for.
  private struct Asked<Batch> {
    let number: Int
    let begin: ContinuousClock.Instant
    let rate, waited: Double
    let batches: [Batch]
    /// What the model remembered before it, besides weights.
    let statistics: [String: Tensor]
    let scale: Tensor?
    let outcome: () -> StepTally.Outcome
  }

  private func ask<Model: Parameterized, Batch>(
    _ index: Int, _ model: inout Model, _ optimizer: inout any Optimizer,
    after earlier: Asked<Batch>?,
    batch: (Int) throws -> Batch, loss: (inout Model, Batch, inout Pass) throws -> Loss
  ) throws -> Asked<Batch> {
    let clock = ContinuousClock()
    let (begin, rate) = (clock.now, schedule.rate(at: index))
    let device = model.tensors.first?.tensor.device ?? .cpu
    let share = 1 / Double(accumulation)
    var (tally, waited, batches) = (StepTally(), 0.0, [Batch]())
    let statistics = model.statistics
    // Nothing in here reads what the device computes: it is asked for the whole step at once.
    try device.recording {
      for number in index * accumulation..<(index + 1) * accumulation {
        let asked = clock.now
        let data = try batch(number)
        batches.append(data)
        waited += asked.duration(to: clock.now).seconds
        var metrics: [String: Reading] = [:]
        let (value, gradients) = try model.gradients(where: isTrained) { model in
          var pass = Pass.training(key: key.folding("pass").folding(number))
          let result = try loss(&model, data, &pass)
          metrics = result.metrics
          return result.trained
        }
        tally.add(batch: number, value, metrics, gradients)
      }
      tally.decide(share: share, limit: clipNorm, after: earlier?.scale)
      optimizer.step(&model, tally.gradients, rate: rate, scale: tally.scale)
    }
    tally.gradients = [:]
    return Asked(
      number: index + 1, begin: begin, rate: rate, waited: waited, batches: batches,
      statistics: statistics, scale: tally.scale, outcome: tally.outcome(share: share))
  }
}

extension Parameterized {
  /// What the model remembers between steps besides weights, by name.
  fileprivate var statistics: [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: tensors.lazy.filter { $0.role == .statistic }
        .map { ($0.name, $0.tensor.detached) })
  }
}
