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
  /// scaled down to the norm `limit`, if that is not 0.
  mutating func decide(share: Double, limit: Double) {
    let loss = passes.dropFirst().reduce(passes[0].loss) { $0 + $1.loss }
    scale = .stepScale(norm: passes.last!.norm, loss: loss, share: share, limit: limit)
  }

  /// The batch by which the step could not be taken, and its loss; nil where it was taken. Waits
  /// for the device.
  var broken: (batch: Int, loss: Double)? {
    guard let scale, scale.scalar.isNaN else { return nil }
    let first = passes.first { !$0.loss.scalar.isFinite || !$0.norm.scalar.isFinite }
    let pass = first ?? passes.last!
    return (pass.batch, pass.loss.scalar)
  }

  /// The mean loss, and the means of the other numbers with `gradientNorm`, that of the mean
  /// gradient before it was scaled down. Waits for the device.
  func read(share: Double) -> (loss: Double, metrics: [String: Double]) {
    var (loss, metrics) = (0.0, [String: Double]())
    for pass in passes {
      loss += pass.loss.scalar
      metrics.merge(pass.metrics.mapValues(\.value), uniquingKeysWith: +)
    }
    metrics = metrics.mapValues { $0 * share }
    metrics["gradientNorm"] = passes.last!.norm.scalar * share
    return (loss * share, metrics)
  }
}
