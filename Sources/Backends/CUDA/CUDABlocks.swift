extension CUDABackend {
  /// The parts one after another along `axis`.
  public func concatenated(_ parts: [Storage], axis: Int) -> Storage {
    let shape = Shape.concatenation(of: parts, axis: axis)
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
    x.shape.requireHolds(shape, at: start)
    let result = block(shape, x.dtype, like: [x])
    if result.elementCount > shape.count { clear(result) }
    transfer(shape, from: x, at: start, to: result, at: nil)
    return result
  }

  /// Zeros with x placed at `start`.
  public func padded(_ x: Storage, start: [Int], shape: Shape) -> Storage {
    shape.requireHolds(x.shape, at: start)
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
}
