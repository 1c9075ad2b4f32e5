internal import CDNNL
internal import CKernels

extension CPUBackend {
  /// Row-major values as a storage of this type.
  public func store(_ values: [Float], shape: Shape, dtype: DType) -> Storage {
    require(values.count == shape.count, "cpu: \(values.count) values do not fill shape \(shape)")
    let x = storage(shape, .f32)
    values.withUnsafeBytes {
      if let source = $0.baseAddress {
        x.buffer.address.copyMemory(from: source, byteCount: $0.count)
      }
    }
    return converted(x, to: dtype)
  }

  /// Row-major values as a storage of this type.
  public func store(_ values: [Double], shape: Shape, dtype: DType) -> Storage {
    store(values.map { Float($0) }, shape: shape, dtype: dtype)
  }

  /// Row-major indices.
  public func store(_ values: [Int32], shape: Shape) -> Storage {
    require(values.count == shape.count, "cpu: \(values.count) values do not fill shape \(shape)")
    let x = storage(shape, .i32)
    values.withUnsafeBytes {
      if let source = $0.baseAddress {
        x.buffer.address.copyMemory(from: source, byteCount: $0.count)
      }
    }
    return x
  }

  /// The elements, row-major.
  public func floats(of x: Storage) -> [Float] {
    if x.dtype == .i32 { return indices(of: x).map { Float($0) } }
    let count = x.shape.count
    let plain = converted(x, to: .f32)
    return [Float](unsafeUninitializedCapacity: count) { values, filled in
      filled = count
      guard let target = values.baseAddress, count > 0 else { return }
      withExtendedLifetime(plain) {
        if plain.layout.isRowMajor {
          target.update(from: plain.address(as: Float.self), count: count)
        } else {
          reorderOperation(layout(of: plain), layouts.layout(x.shape, .f32)).run([
            cdnnl_argument(role: CDNNL_SRC, address: plain.buffer.address),
            cdnnl_argument(role: CDNNL_DST, address: target),
          ])
        }
      }
    }
  }

  /// The elements, row-major.
  public func doubles(of x: Storage) -> [Double] {
    switch x.dtype {
    case .i32: indices(of: x).map { Double($0) }
    case .f64:  // a norm
      withExtendedLifetime(x) {
        Array(UnsafeBufferPointer(start: x.address(as: Double.self), count: x.shape.count))
      }
    default: floats(of: x).map { Double($0) }
    }
  }

  /// The indices, row-major.
  public func indices(of x: Storage) -> [Int32] {
    require(x.dtype == .i32, "cpu: indices were asked of a storage of \(x.dtype)")
    let plain = rowMajor(x)
    return withExtendedLifetime(plain) {
      Array(UnsafeBufferPointer(start: plain.address(as: Int32.self), count: x.shape.count))
    }
  }

  /// The same number everywhere.
  public func filled(with value: Double, shape: Shape, dtype: DType) -> Storage {
    let x = storage(shape, dtype)
    if dtype == .i32 {
      x.address(as: Int32.self).update(repeating: Int32(value), count: shape.count)
    } else {
      ck_fill(operand(x), Int64(shape.count), value)
    }
    return x
  }

  /// Zeros of the shape, type and layout of `x`.
  public func zeros(like x: Storage) -> Storage {
    require(x.dtype != .f64, "cpu: no zeros in double precision")
    let y = storage(like: x)
    let type = y.dtype == .bf16 ? CK_BF16 : CK_F32  // an index of zero has the bits of 0.0
    ck_fill(ck_operand(address: y.buffer.address, type: type), elementCount(y), 0)
    return y
  }

  /// The only element of `value` everywhere.
  public func spread(_ value: Storage, shape: Shape, dtype: DType) -> Storage {
    filled(with: doubles(of: value)[0], shape: shape, dtype: dtype)
  }

  /// The elements, rounded to another type: in the same layout where it is row-major, else
  /// row-major.
  public func converted(_ x: Storage, to dtype: DType) -> Storage {
    if x.dtype == dtype { return x }
    if x.dtype == .i32 { return store(floats(of: x), shape: x.shape, dtype: dtype) }
    if dtype == .i32 { return store(floats(of: x).map { Int32($0) }, shape: x.shape) }
    if !x.layout.isRowMajor {
      return reordered(x, to: layouts.layout(x.shape, dtype), dtype: dtype)
    }
    let y = storage(x.shape, dtype)
    elementwise(CK_COPY, [x, y])
    return y
  }

  /// A copy that nobody else owns, in the same layout.
  public func copied(_ x: Storage) -> Storage {
    let y = storage(like: x)
    withExtendedLifetime((x, y)) {
      let words = (byteCount(x) + 3) / 4  // buffers end on multiples of 64 bytes
      ck_elementwise(
        CK_COPY, Int64(words),
        [
          ck_operand(address: x.buffer.address, type: CK_F32),
          ck_operand(address: y.buffer.address, type: CK_F32),
        ], nil)
    }
    return y
  }

  /// The same elements, row-major, under another shape; row-major memory is shared.
  public func reshaped(_ x: Storage, to shape: Shape) -> Storage {
    require(shape.count == x.shape.count, "reshape: \(x.shape) does not fit \(shape)")
    return shape == x.shape ? x : viewed(x, as: shape)
  }
}
