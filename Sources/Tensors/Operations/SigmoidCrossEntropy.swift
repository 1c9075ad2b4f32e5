internal import Backends

extension Tensor {
  /// The cross-entropy between the sigmoid of each logit and its target in [0, 1], one per element.
  ///
  /// Ignored elements are those that a mask sets to zero afterwards.
  /// - Shapes: logits, targets and output alike; targets get no gradient.
  public func sigmoidCrossEntropy(_ targets: Tensor) -> Tensor {
    requireSameShape(targets, "sigmoidCrossEntropy")
    let (backend, x, t) = (device.backend, storage, targets.storage)
    return Tensor(backend.sigmoidCrossEntropy(x, targets: t), from: [self]) { g, _ in
      [backend.sigmoidCrossEntropyGradient(g, x, targets: t)]
    }
  }
}
