internal import CKernels

extension CPUBackend {
  /// The parts one after another along `axis`.
  public func concatenated(_ parts: [Storage], axis: Int) -> Storage {
    let shape = Shape.concatenation(of: parts, axis: axis)
    let result = storage(shape, parts[0].dtype)
    var start = [Int](repeating: 0, count: shape.rank)
    for part in parts {
      let part = rowMajor(converted(part, to: result.dtype))
      copyBlock(part.shape, from: part, at: nil, to: result, at: start)
      start[axis] += part.shape[axis]
    }
    return result
  }

  /// The block that begins at `start`.
  public func sliced(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    requireInside(shape, start, x.shape)
    let result = storage(shape, x.dtype)
    copyBlock(shape, from: rowMajor(x), at: start, to: result, at: nil)
    return result
  }

  /// Zeros with x placed at `start`.
  public func padded(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    requireInside(x.shape, start, shape)
    let result = filled(with: 0, shape: shape, dtype: x.dtype)
    copyBlock(x.shape, from: rowMajor(x), at: nil, to: result, at: start)
    return result
  }

  private func requireInside(_ block: Shape, _ start: [Int], _ whole: Shape) {
    whole.requireHolds(block, at: start)
    require(whole.rank <= 8, "cpu: blocks have at most 8 axes, not \(whole.rank)")
  }

  private func copyBlock(
    _ block: Shape, from: Storage, at fromStart: [Int]?, to: Storage, at toStart: [Int]?
  ) {
    func place(_ x: Storage, _ start: [Int]?) -> (UnsafeMutableRawPointer, [Int64]) {
      var strides = [Int64](repeating: 1, count: x.shape.rank)
      for axis in stride(from: x.shape.rank - 2, through: 0, by: -1) {
        strides[axis] = strides[axis + 1] * Int64(x.shape[axis + 1])
      }
      let offset = zip(start ?? [], strides).reduce(0) { $0 + $1.0 * Int($1.1) }
      return (x.buffer.address + offset * x.dtype.byteCount, strides)
    }
    let (source, sourceStrides) = place(from, fromStart)
    let (target, targetStrides) = place(to, toStart)
    withExtendedLifetime((from, to)) {
      ck_copy_block(
        target, targetStrides, source, sourceStrides, block.sizes.map(Int64.init),
        Int32(block.rank), Int64(from.dtype.byteCount))
    }
  }
}
