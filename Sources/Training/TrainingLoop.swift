public import Layers
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
    /// Seconds of the whole step.
    public let seconds: Double
    /// Seconds of it spent waiting for the batch.
    public let waited: Double
    /// Why the step was not taken; nil where it was. `loss` and `metrics` then say nothing.
    public let fault: DivergenceError?
  }

  /// Takes the steps from `start` on; ends early when `afterStep` returns false.
  ///
  /// A step whose loss or gradient is not finite is not taken: parameters, running statistics and
  /// what the optimizer remembers stay as they were, and `afterStep` hears why (`Step.fault`);
  /// averages of weights move on towards them. `batch` is asked for numbers from
  /// `start * accumulation` on, in order, and those of a step before anything of it is read.
  /// `loss` must not read tensors: numbers to report it hands over as `Reading`s.
  public func run<Model: Parameterized, Batch>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int = 0,
    batch: (Int) throws -> Batch,
    loss: (inout Model, Batch, inout Pass) throws -> Loss,
    afterStep: (Step, Model, any Optimizer) throws -> Bool
  ) throws {
    precondition(accumulation > 0, "TrainingLoop: \(accumulation) batches make no step")
    let clock = ContinuousClock()
    let device = model.tensors.first?.tensor.device ?? .cpu
    let share = 1 / Double(accumulation)
    for index in start..<max(start, iterations) {
      let (begin, rate) = (clock.now, schedule.rate(at: index))
      var (tally, waited) = (StepTally(), 0.0)
      let statistics = model.statistics
      // Nothing in here reads what the device computes: it is asked for the whole step at once.
      try device.recording {
        for number in index * accumulation..<(index + 1) * accumulation {
          let asked = clock.now
          let data = try batch(number)
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
        tally.decide(share: share, limit: clipNorm)
        optimizer.step(&model, tally.gradients, rate: rate, scale: tally.scale)
      }
      tally.gradients = [:]
      var (total, metrics, fault) = (0.0, [String: Double](), DivergenceError?.none)
      if let broken = tally.broken {
        optimizer.state.time -= 1  // the step was counted, but the device did not take it
        model.transform { statistics[$0.name] ?? $0.tensor }
        total = broken.loss
        fault = DivergenceError(step: index + 1, batch: broken.batch, loss: broken.loss)
      } else {
        (total, metrics) = tally.read(share: share)
      }
      let step = Step(
        number: index + 1, loss: total, metrics: metrics, rate: rate,
        seconds: begin.duration(to: clock.now).seconds, waited: waited, fault: fault)
      guard try afterStep(step, model, optimizer) else { return }
    }
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

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
