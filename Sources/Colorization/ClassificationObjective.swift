public import Tensors

/// Classification over color bins with rebalanced gradients.
public enum ClassificationObjective {
  /// What one step computed.
  public struct Result {
    /// The mean over positions of weight x cross-entropy: its gradient trains the network.
    public let trained: Tensor
    /// The unweighted mean over positions of the divergence from the soft code, in nats: the
    /// cross-entropy less the code's own entropy, so that 0 is perfect. This is what the released
    /// code reports (there summed over pixels).
    public let divergence: Double
  }

  /// The losses of `logits` [n, bins, rows, columns] for a batch.
  ///
  /// The released code weighs only the gradient, not the loss it prints; so here both numbers exist
  /// and neither is mistaken for the other.
  /// - Source: richzhang/colorization, resources/caffe_traininglayers.py.
  public static func evaluate(_ logits: Tensor, _ batch: ColorizationBatch) -> Result {
    let targets = batch.targets(on: logits.device)
    let losses = logits.converted(to: .f32).softmaxCrossEntropy(
      classes: targets.classes, weights: targets.shares)
    let trained = (losses * targets.weights).sum().scaled(by: 1 / Double(batch.positions))
    let total = losses.detached.sum().scalar
    return Result(
      trained: trained, divergence: (total - batch.entropy) / Double(batch.positions))
  }
}
