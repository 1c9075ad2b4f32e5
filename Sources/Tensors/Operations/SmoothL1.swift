internal import Backends

extension Tensor {
  /// The Huber-like loss of d = x - t, one per element: d² / (2 beta) near zero, |d| - beta / 2
  /// else.
  ///
  /// - Shapes: input, targets and output alike; targets get no gradient.
  /// - Source: Girshick, "Fast R-CNN", 2015; beta = 1 / sigma².
  public func smoothL1(_ targets: Tensor, beta: Double = 1) -> Tensor {
    requireSameShape(targets, "smoothL1")
    require(beta > 0, "smoothL1: beta \(beta) is not positive")
    let (backend, x, t) = (device.backend, storage, targets.storage)
    return Tensor(backend.smoothL1(x, targets: t, beta: beta), from: [self]) { g, _ in
      [backend.smoothL1Gradient(g, x, targets: t, beta: beta)]
    }
  }
}
