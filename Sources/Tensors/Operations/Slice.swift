public import Backends

extension Tensor {
  /// The block that begins at `start` and has `shape`. Shapes: of the same rank, inside the input.
  public func sliced(start: [Int], shape block: Shape) -> Tensor {
    require(
      start.count == shape.rank && block.rank == shape.rank
        && zip(start, zip(block.sizes, shape.sizes)).allSatisfy { $0 >= 0 && $0 + $1.0 <= $1.1 },
      "sliced: block \(block) at \(start) does not lie inside \(shape)")
    let (backend, whole) = (device.backend, shape)
    return Tensor(backend.sliced(storage, start: start, shape: block), from: [self]) { g, _ in
      [backend.padded(g, start: start, shape: whole)]
    }
  }

  /// A window of each image. Shapes: [n, c, h, w] to [n, c, height, width].
  public func cropped(top: Int, left: Int, height: Int, width: Int) -> Tensor {
    require(shape.rank == 4, "cropped: input \(shape) is not [n, c, h, w]")
    return sliced(start: [0, 0, top, left], shape: [shape[0], shape[1], height, width])
  }
}
