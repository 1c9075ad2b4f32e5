public import Backends

extension Tensor {
  /// The same elements in another floating-point type; the gradient is converted back.
  public func converted(to target: DType) -> Tensor {
    guard target != dtype else { return self }
    require(
      target != .i32 && dtype != .i32, "converted: \(dtype) cannot become \(target); use indices")
    let (backend, source) = (device.backend, dtype)
    return Tensor(backend.converted(storage, to: target), from: [self]) { g, _ in
      [backend.converted(g, to: source)]
    }
  }
}
