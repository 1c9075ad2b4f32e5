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
  /// The key of the run; step i draws from its child i.
  public var key: RandomKey
  /// Batches whose gradients are averaged for one step (Caffe's `iter_size`): a large batch in the
  /// memory of a small one.
  public var accumulation = 1
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
    /// Numbers to report besides, such as the unweighted loss.
    public var metrics: [String: Double]

    /// A loss; `metrics` come on top of `loss` itself.
    public init(_ trained: Tensor, metrics: [String: Double] = [:]) {
      self.trained = trained
      self.metrics = metrics
    }
  }

  /// What one step did.
  public struct Step: Sendable {
    /// Steps taken, this one included.
    public let number: Int
    /// The value that was differentiated.
    public let loss: Double
    /// The loss function's other numbers.
    public let metrics: [String: Double]
    /// The learning rate.
    public let rate: Double
    /// Seconds of the whole step.
    public let seconds: Double
    /// Seconds of it spent waiting for the batch.
    public let waited: Double
  }

  /// Takes the steps from `start` on; ends early when `afterStep` returns false. Step i is made of
  /// the batches from number i `accumulation` on.
  ///
  /// A loss that is not finite stops the run with a `DivergenceError` before the step is taken.
  public func run<Model: Parameterized, Batch>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int = 0,
    batch: (Int) throws -> Batch,
    loss: (inout Model, Batch, inout Pass) throws -> Loss,
    afterStep: (Step, Model, any Optimizer) throws -> Bool
  ) throws {
    let clock = ContinuousClock()
    for index in start..<max(start, iterations) {
      let begin = clock.now
      var waited = Duration.zero
      var (number, metrics, gradients) = (0.0, [String: Double](), Gradients())
      for part in 0..<accumulation {
        let asked = clock.now
        let data = try batch(index * accumulation + part)
        waited += asked.duration(to: clock.now)
        let stepKey = key.folding("pass").folding(index)
        let (value, found) = try model.gradients(where: isTrained) { model in
          var pass = Pass.training(key: accumulation == 1 ? stepKey : stepKey.folding(part))
          let result = try loss(&model, data, &pass)
          for (name, value) in result.metrics {
            metrics[name, default: 0] += value / Double(accumulation)
          }
          return result.trained
        }
        number += value.scalar / Double(accumulation)
        gradients.merge(found) { $0 + $1 }
      }
      guard number.isFinite else { throw DivergenceError(step: index + 1, loss: number) }
      let rate = schedule.rate(at: index)
      // Gradients are sums over the parts until here; the mean is clipped.
      let mean = 1 / Double(accumulation)
      let scale = clipNorm > 0 ? gradients.clippingScale(limit: clipNorm / mean) : 1
      optimizer.step(&model, gradients, rate: rate, gradientScale: scale * mean)
      let step = Step(
        number: index + 1, loss: number, metrics: metrics, rate: rate,
        seconds: begin.duration(to: clock.now).seconds, waited: waited.seconds)
      guard try afterStep(step, model, optimizer) else { return }
    }
  }
}

/// A run whose loss is no longer a number.
public struct DivergenceError: Error, Equatable, CustomStringConvertible {
  /// The step that was not taken.
  public let step: Int
  /// Its loss.
  public let loss: Double

  /// The step, the loss, and what to try.
  public var description: String {
    """
    step \(step): the loss is \(loss); the step was not taken. Lower schedule.rate, lengthen \
    schedule.warmup or set optimizer.clipNorm; the last checkpoint is still good
    """
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
