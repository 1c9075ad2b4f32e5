internal import Layers
internal import Tensors

/// What the batches of one step come to. It stays on the device until the step has been asked for.
struct StepTally {
  private struct Pass {
    let batch: Int
    let loss: Tensor
    /// The norm of the gradients of this and all earlier batches of the step together.
    let norm: Tensor
    let metrics: [String: Reading]
  }
  private var passes: [Pass] = []
  /// The sums of the batches' gradients.
  var gradients: Gradients = [:]
  /// What the optimizer multiplies them by, shape []; NaN where no step may be taken.
  private(set) var scale: Tensor?

  /// Adds the loss, the numbers and the gradients of a batch.
  mutating func add(
    batch: Int, _ loss: Tensor, _ metrics: [String: Reading], _ gradients: Gradients
  ) {
    self.gradients.merge(gradients, uniquingKeysWith: +)
    let norm = self.gradients.globalNorm(on: loss.device)
    passes.append(Pass(batch: batch, loss: loss, norm: norm, metrics: metrics))
  }

  /// Lets the device decide about the step: gradients count a `share` of their sum each, and are
  /// scaled down to the norm `limit`, if that is not 0. No step is taken after one that was not:
  /// `previous` is the scale of a step whose numbers are not known yet.
  mutating func decide(share: Double, limit: Double, after previous: Tensor? = nil) {
    var loss = passes.dropFirst().reduce(passes[0].loss) { $0 + $1.loss }
    if let previous { loss = .combination(1, loss, 0, previous) }
    scale = .stepScale(norm: passes.last!.norm, loss: loss, share: share, limit: limit)
  }

  /// What a step was.
  enum Outcome {
    /// The mean loss, and the means of the other numbers with `gradientNorm`, that of the mean
    /// gradient before it was scaled down.
    case taken(loss: Double, metrics: [String: Double])
    /// The batch by which the step could not be taken, and its loss.
    case broken(batch: Int, loss: Double)
  }

  /// Begins to read the numbers; what comes back waits for them.
  func outcome(share: Double) -> () -> Outcome {
    let scales = scale.map { [Reading($0)] } ?? []
    let numbers = Reading.values(
      of: scales
        + passes.flatMap { pass in
          [Reading(pass.loss), Reading(pass.norm)]
            + pass.metrics.keys.sorted().map { pass.metrics[$0]! }
        })
    let passes = passes
    return {
      var rest = numbers()[...]
      let isTaken = scales.isEmpty || !rest.removeFirst().isNaN
      let found = passes.map { pass in
        let (loss, norm) = (rest.removeFirst(), rest.removeFirst())
        let metrics = pass.metrics.keys.sorted().map { ($0, rest.removeFirst()) }
        return (batch: pass.batch, loss: loss, norm: norm, metrics: metrics)
      }
      guard isTaken else {
        let pass = found.first { !$0.loss.isFinite || !$0.norm.isFinite } ?? found.last!
        return .broken(batch: pass.batch, loss: pass.loss)
      }
      var (loss, metrics) = (0.0, [String: Double]())
      for pass in found {
        loss += pass.loss
        metrics.merge(pass.metrics, uniquingKeysWith: +)
      }
      metrics = metrics.mapValues { $0 * share }
      metrics["gradientNorm"] = found.last!.norm * share
      return .taken(loss: loss * share, metrics: metrics)
    }
  }
}
