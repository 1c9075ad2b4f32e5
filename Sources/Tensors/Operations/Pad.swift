public import Backends

extension Tensor {
  /// Zeros of `shape` with this tensor placed at `start`. Shapes: of the same rank.
  public func padded(start: [Int], shape whole: Shape) -> Tensor {
    require(
      start.count == shape.rank && whole.rank == shape.rank
        && zip(start, zip(shape.sizes, whole.sizes)).allSatisfy { $0 >= 0 && $0 + $1.0 <= $1.1 },
      "padded: \(shape) at \(start) does not lie inside \(whole)")
    let (backend, block) = (device.backend, shape)
    return Tensor(backend.padded(storage, start: start, shape: whole), from: [self]) { g, _ in
      [backend.sliced(g, start: start, shape: block)]
    }
  }
}
