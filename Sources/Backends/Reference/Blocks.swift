extension ReferenceBackend {
  /// The parts one after another along `axis`.
  public func concatenated(_ parts: [Storage], axis: Int) -> Storage {
    let shape = Shape.concatenation(of: parts, axis: axis)
    let inner = shape.sizes[(axis + 1)...].reduce(1, *)
    let values = parts.map { read($0) }
    var result: [Double] = []
    result.reserveCapacity(shape.count)
    for outer in 0..<shape.sizes[..<axis].reduce(1, *) {
      for (part, storage) in zip(values, parts) {
        let block = storage.shape[axis] * inner
        result += part[outer * block..<(outer + 1) * block]
      }
    }
    return write(result, shape, parts[0].dtype)
  }

  /// The block that begins at `start`.
  public func sliced(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    let values = read(x)
    var result = [Double](repeating: 0, count: shape.count)
    forEachPair(of: shape, at: start, in: x.shape) { inner, outer in
      result[inner] = values[outer]
    }
    return write(result, shape, x.dtype)
  }

  /// Zeros with x placed at `start`.
  public func padded(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    let values = read(x)
    var result = [Double](repeating: 0, count: shape.count)
    forEachPair(of: x.shape, at: start, in: shape) { inner, outer in
      result[outer] = values[inner]
    }
    return write(result, shape, x.dtype)
  }

  /// Calls `body` with the index of each element of a block and its index in the whole.
  private func forEachPair(
    of block: Shape, at start: [Int], in whole: Shape, _ body: (_ inner: Int, _ outer: Int) -> Void
  ) {
    whole.requireHolds(block, at: start)
    for inner in 0..<block.count {
      var (rest, step, outer) = (inner, 1, 0)
      for axis in (0..<whole.rank).reversed() {
        outer += (rest % block[axis] + start[axis]) * step
        rest /= block[axis]
        step *= whole[axis]
      }
      body(inner, outer)
    }
  }
}
