internal import Backends

extension Tensor {
  /// (x - t)², element by element; its `mean()` is the mean squared error. Shapes: all alike.
  public func squaredError(_ targets: Tensor) -> Tensor {
    let difference = self - targets
    return difference * difference
  }
}
