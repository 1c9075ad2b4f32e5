internal import Backends

extension Tensor {
  /// The sum of all elements. Shapes: any; output [].
  public func sum() -> Tensor {
    let (backend, shape, dtype) = (device.backend, shape, dtype)
    return Tensor(backend.sum(storage), from: [self]) { g, _ in
      [backend.spread(g, shape: shape, dtype: dtype)]
    }
  }

  /// The mean of all elements. Shapes: any; output [].
  public func mean() -> Tensor {
    require(shape.count > 0, "mean: a tensor of shape \(shape) has no elements")
    return sum().scaled(by: 1 / Double(shape.count))
  }
}
