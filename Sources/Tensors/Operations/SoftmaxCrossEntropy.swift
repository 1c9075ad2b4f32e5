internal import Backends

extension Tensor {
  /// The cross-entropy between the softmax over axis 1 and soft targets, at each position.
  ///
  /// Targets are k (class, weight) pairs per position; hard labels have k = 1, and a weight of 0
  /// makes a pair, or a whole position, count for nothing. Losses come one per position,
  /// unweighted, so that rebalancing, masks and averages are compositions.
  /// - Shapes: input [n, c, …] logits; classes (i32) and weights [n, k, …]; output [n, 1, …].
  public func softmaxCrossEntropy(classes: Tensor, weights: Tensor) -> Tensor {
    requireSameDevice(classes, "softmaxCrossEntropy")
    classes.requireSameShape(weights, "softmaxCrossEntropy")
    require(
      shape.rank >= 2 && classes.dtype == .i32 && classes.shape.rank == shape.rank
        && classes.shape.replacing(1, with: shape[1]) == shape,
      "softmaxCrossEntropy: targets \(classes.shape) (\(classes.dtype)) do not fit logits \(shape)")
    let (backend, x) = (device.backend, storage)
    let (classStorage, weightStorage) = (classes.storage, weights.storage)
    let (losses, logSum) = backend.softmaxCrossEntropy(
      x, classes: classStorage, weights: weightStorage)
    return Tensor(losses, from: [self]) { g, _ in
      [
        backend.softmaxCrossEntropyGradient(
          g, x, logSum: logSum, classes: classStorage, weights: weightStorage)
      ]
    }
  }
}
