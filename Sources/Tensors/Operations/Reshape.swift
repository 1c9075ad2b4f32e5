public import Backends

extension Tensor {
  /// The same elements in row-major order under another shape of the same count.
  public func reshaped(_ target: Shape) -> Tensor {
    require(
      target.count == shape.count, "reshaped: \(shape) and \(target) differ in their count")
    guard target != shape else { return self }
    let (backend, source) = (device.backend, shape)
    return Tensor(backend.reshaped(storage, to: target), from: [self]) { g, _ in
      [backend.reshaped(g, to: source)]
    }
  }
}
