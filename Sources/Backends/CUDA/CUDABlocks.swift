extension CUDABackend {
  /// The parts one after another along `axis`.
  public func concatenated(_ parts: [Storage], axis: Int) -> Storage {
    require(!parts.isEmpty, "concatenated: there are no parts")
    let first = parts[0].shape
    for part in parts {
      require(
        axis >= 0 && axis < first.rank && part.shape.rank == first.rank
          && part.shape.replacing(axis, with: 0) == first.replacing(axis, with: 0),
        "concatenated: \(part.shape) does not fit \(first) along axis \(axis)")
    }
    let shape = first.replacing(axis, with: parts.reduce(0) { $0 + $1.shape[axis] })
    let result = block(shape, parts[0].dtype, like: parts)
    if result.elementCount > shape.count { clear(result) }
    var start = [Int](repeating: 0, count: shape.rank)
    for part in parts {
      transfer(part.shape, from: part, at: nil, to: result, at: start)
      start[axis] += part.shape[axis]
    }
    return result
  }

  /// The block that begins at `start`.
  public func sliced(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    requireInside(shape, start, x.shape)
    let result = block(shape, x.dtype, like: [x])
    if result.elementCount > shape.count { clear(result) }
    transfer(shape, from: x, at: start, to: result, at: nil)
    return result
  }

  /// Zeros with x placed at `start`.
  public func padded(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    requireInside(x.shape, start, shape)
    let result = block(shape, x.dtype, like: [x])
    clear(result)
    transfer(x.shape, from: x, at: nil, to: result, at: start)
    return result
  }

  /// New memory that lies channels-last where one of the parts does.
  private func block(_ shape: Shape, _ dtype: DType, like parts: [Storage]) -> Storage {
    parts.contains { $0.channelsLast != nil } && dtype != .i32
      ? images(shape, dtype) : storage(shape, dtype)
  }

  private func requireInside(_ block: Shape, _ start: [Int], _ whole: Shape) {
    require(
      start.count == whole.rank && block.rank == whole.rank
        && (0..<whole.rank).allSatisfy { start[$0] >= 0 && start[$0] + block[$0] <= whole[$0] },
      "a block \(block) at \(start) does not lie inside \(whole)")
  }
}
