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
    /// The loss function's other numbers, and `gradientNorm`: before clipping, over all parameters.
    public let metrics: [String: Double]
    /// The learning rate.
    public let rate: Double
    /// Seconds of the whole step.
    public let seconds: Double
    /// Seconds of it spent waiting for the batch.
    public let waited: Double
  }

  /// Takes the steps from `start` on; ends early when `afterStep` returns false.
  ///
  /// A loss or gradient that is not finite stops the run with a `DivergenceError` before the step
  /// is taken. `batch` is asked for numbers from `start * accumulation` on, in order.
  public func run<Model: Parameterized, Batch>(
    _ model: inout Model, _ optimizer: inout any Optimizer, from start: Int = 0,
    batch: (Int) throws -> Batch,
    loss: (inout Model, Batch, inout Pass) throws -> Loss,
    afterStep: (Step, Model, any Optimizer) throws -> Bool
  ) throws {
    precondition(accumulation > 0, "TrainingLoop: \(accumulation) batches make no step")
    let clock = ContinuousClock()
    for index in start..<max(start, iterations) {
      let begin = clock.now
      var (total, norm) = (Accumulation(), 0.0)
      for number in index * accumulation..<(index + 1) * accumulation {
        let asked = clock.now
        let data = try batch(number)
        total.waited += asked.duration(to: clock.now).seconds
        var metrics: [String: Double] = [:]
        let (value, gradients) = try model.gradients(where: isTrained) { model in
          var pass = Pass.training(key: key.folding("pass").folding(number))
          let result = try loss(&model, data, &pass)
          metrics = result.metrics
          return result.trained
        }
        total.add(value.scalar, metrics, gradients)
        norm = total.gradients.globalNorm
        guard total.loss.isFinite, norm.isFinite else {
          throw DivergenceError(step: index + 1, batch: number, loss: value.scalar)
        }
      }
      let share = 1 / Double(accumulation)
      norm *= share
      let rate = schedule.rate(at: index)
      let scale = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1
      optimizer.step(&model, total.gradients, rate: rate, gradientScale: scale * share)
      var metrics = total.metrics.mapValues { $0 * share }
      metrics["gradientNorm"] = norm
      let step = Step(
        number: index + 1, loss: total.loss * share, metrics: metrics, rate: rate,
        seconds: begin.duration(to: clock.now).seconds, waited: total.waited)
      guard try afterStep(step, model, optimizer) else { return }
    }
  }
}

/// What the batches of one step come to, summed.
private struct Accumulation {
  var (loss, waited) = (0.0, 0.0)
  var metrics: [String: Double] = [:]
  var gradients: Gradients = [:]

  mutating func add(_ loss: Double, _ metrics: [String: Double], _ gradients: Gradients) {
    self.loss += loss
    self.metrics.merge(metrics, uniquingKeysWith: +)
    self.gradients.merge(gradients, uniquingKeysWith: +)
  }
}

/// A run whose loss or gradients are no longer numbers.
public struct DivergenceError: Error, Equatable, CustomStringConvertible {
  /// The step that was not taken.
  public let step: Int
  /// The number of the batch that did it.
  public let batch: Int
  /// Its loss.
  public let loss: Double
  /// Where the batch was saved, once it was.
  public var saved: String?

  /// A step whose batch gave this loss, or gradients that are not finite.
  public init(step: Int, batch: Int, loss: Double, saved: String? = nil) {
    self.step = step
    self.batch = batch
    self.loss = loss
    self.saved = saved
  }

  /// The step, the loss, where the batch is, and what to try.
  public var description: String {
    let problem =
      loss.isFinite
      ? "a gradient is not finite" : "the loss is \(loss.isNaN ? "not a number" : "\(loss)")"
    let place = saved.map { "Its batch is in \($0). " } ?? ""
    return """
      step \(step): \(problem); the step was not taken. \(place)\
      Lower schedule.rate, lengthen schedule.warmup or set optimizer.clipNorm; the last checkpoint \
      is still good
      """
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
