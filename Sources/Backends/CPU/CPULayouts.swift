internal import CDNNL
internal import CKernels

extension CPUBackend {
  /// How the elements of a storage lie.
  func layout(of x: Storage) -> DNNLLayout {
    guard case .custom(let object) = x.layout else { return layouts.layout(x.shape, x.dtype) }
    guard let layout = object as? DNNLLayout else {
      fatalError("cpu: storage \(x.shape) comes from another backend, or is a workspace")
    }
    return layout
  }

  /// New memory in this layout.
  func storage(_ shape: Shape, _ dtype: DType, _ layout: DNNLLayout) -> Storage {
    let buffer = pool.buffer(byteCount: layout.byteCount)
    let isPlain = layout == layouts.layout(shape, dtype)
    return Storage(
      shape: shape, dtype: dtype, buffer: buffer, layout: isPlain ? .rowMajor : .custom(layout))
  }

  /// New row-major memory.
  func storage(_ shape: Shape, _ dtype: DType) -> Storage {
    Storage(
      shape: shape, dtype: dtype, buffer: pool.buffer(byteCount: shape.count * dtype.byteCount))
  }

  /// New memory in the layout of `x`.
  func storage(like x: Storage) -> Storage {
    Storage(
      shape: x.shape, dtype: x.dtype, buffer: pool.buffer(byteCount: byteCount(x)),
      layout: x.layout)
  }

  /// Bytes that the elements take, padding included.
  func byteCount(_ x: Storage) -> Int {
    if case .custom(let object) = x.layout, let layout = object as? DNNLLayout {
      return layout.byteCount
    }
    return x.shape.count * x.dtype.byteCount
  }

  /// `x` itself where it lies in `layout` already, else a copy that does, in `dtype`.
  func reordered(_ x: Storage, to layout: DNNLLayout, dtype: DType? = nil) -> Storage {
    let from = self.layout(of: x)
    guard from != layout else { return x }
    let y = storage(x.shape, dtype ?? x.dtype, layout)
    reorder(x, from, into: y, layout)
    return y
  }

  /// x in the layout of y where that is private and of the same type.
  public func arranged(_ x: Storage, like y: Storage) -> Storage {
    guard !y.layout.isRowMajor, x.dtype == y.dtype, x.shape == y.shape else { return x }
    return reordered(x, to: layout(of: y))
  }

  func reorder(_ x: Storage, _ from: DNNLLayout, into y: Storage, _ to: DNNLLayout) {
    guard x.shape.count > 0 else { return }
    if let order = layouts.blockOrder(from, to) {
      return withExtendedLifetime((x, y)) {
        ck_permute_blocks(
          operand(x), operand(y), order, Int64(order.count), elementCount(x) / Int64(order.count))
      }
    }
    reorderOperation(from, to).run(workingMemory, [(CDNNL_SRC, x.buffer), (CDNNL_DST, y.buffer)])
  }

  /// The primitive for `key`, made when it is asked for the first time.
  func plan(_ key: OperationKey, _ make: () -> DNNLOperation) -> DNNLOperation {
    operations.operation(key, threads: threads, make)
  }

  func reorderOperation(_ from: DNNLLayout, _ to: DNNLLayout) -> DNNLOperation {
    plan(.reorder(from, to)) {
      DNNLOperation("reorder", threads: threads) { cdnnl_reorder(&$0, from.handle, to.handle) }
    }
  }

  /// `x` row-major.
  func rowMajor(_ x: Storage) -> Storage {
    x.layout.isRowMajor ? x : reordered(x, to: layouts.layout(x.shape, x.dtype))
  }

  /// `x` row-major in this type.
  func rowMajor(_ x: Storage, as dtype: DType) -> Storage { rowMajor(converted(x, to: dtype)) }

  /// `x` with the channels (axis 1) of a position side by side, in this type.
  func channelsLast(_ x: Storage, as dtype: DType) -> Storage {
    if x.dtype == dtype || computesBF16 {
      let layout = layouts.layout(x.shape, dtype, .channelsLast)
      return reordered(x, to: layout, dtype: dtype)
    }
    // Without bfloat16 in oneDNN, only row-major memory is converted.
    let plain = rowMajor(x, as: dtype)
    return dtype == .bf16 ? plain : channelsLast(plain, as: dtype)
  }

  /// `x` under another shape in the same row-major memory.
  func viewed(_ x: Storage, as shape: Shape) -> Storage {
    Storage(shape: shape, dtype: x.dtype, buffer: rowMajor(x).buffer)
  }

  /// Both in one layout: that of the first which is not row-major, since private layouts are
  /// faster.
  func aligned(_ x: Storage, _ y: Storage) -> (Storage, Storage) {
    if x.layout.isRowMajor && y.layout.isRowMajor { return (x, y) }
    if x.layout.isRowMajor && x.dtype == y.dtype { return (reordered(x, to: layout(of: y)), y) }
    return (x, reordered(y, to: layout(of: x), dtype: x.dtype))
  }
}

extension Storage {
  /// The elements in memory.
  func address<Element>(as type: Element.Type) -> UnsafeMutablePointer<Element> {
    buffer.address.assumingMemoryBound(to: type)
  }
}
