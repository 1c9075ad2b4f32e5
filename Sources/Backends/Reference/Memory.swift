extension ReferenceBackend {
  /// Row-major values as a storage of this type.
  public func store(_ values: [Float], shape: Shape, dtype: DType) -> Storage {
    write(values.map(Double.init), shape, dtype)
  }

  /// Row-major values as a storage of this type.
  public func store(_ values: [Double], shape: Shape, dtype: DType) -> Storage {
    write(values, shape, dtype)
  }

  /// Row-major indices.
  public func store(_ values: [Int32], shape: Shape) -> Storage {
    write(values.map(Double.init), shape, .i32)
  }

  /// The elements, row-major.
  public func floats(of x: Storage) -> [Float] { read(x).map { Float($0) } }

  /// The elements, row-major.
  public func doubles(of x: Storage) -> [Double] { read(x) }

  /// The indices, row-major.
  public func indices(of x: Storage) -> [Int32] {
    require(x.dtype == .i32, "reference: indices were asked of a storage of \(x.dtype)")
    return read(x).map { Int32($0) }
  }

  /// The same number everywhere.
  public func filled(with value: Double, shape: Shape, dtype: DType) -> Storage {
    write([Double](repeating: value, count: shape.count), shape, dtype)
  }

  /// Zeros of the shape and type of `x`.
  public func zeros(like x: Storage) -> Storage { filled(with: 0, shape: x.shape, dtype: x.dtype) }

  /// The only element of `value` everywhere.
  public func spread(_ value: Storage, shape: Shape, dtype: DType) -> Storage {
    filled(with: read(value)[0], shape: shape, dtype: dtype)
  }

  /// The elements, rounded to another type.
  public func converted(_ x: Storage, to dtype: DType) -> Storage { write(read(x), x.shape, dtype) }

  /// A copy that nobody else owns.
  public func copied(_ x: Storage) -> Storage { write(read(x), x.shape, x.dtype) }

  /// The same memory under another shape.
  public func reshaped(_ x: Storage, to shape: Shape) -> Storage {
    require(shape.count == x.shape.count, "reshape: \(x.shape) does not fit \(shape)")
    return Storage(shape: shape, dtype: x.dtype, buffer: x.buffer)
  }
}

extension ReferenceBackend {
  /// The elements as doubles, rounded to `dtype` where it is bfloat16.
  func read(_ x: Storage, roundedTo dtype: DType) -> [Double] {
    read(dtype == .bf16 ? converted(x, to: dtype) : x)
  }

  /// The elements as doubles: how every kernel begins.
  func read(_ x: Storage) -> [Double] {
    require(x.layout.isRowMajor, "reference: storage \(x.shape) comes from another backend")
    let address = UnsafeRawPointer(x.buffer.address)
    return [Double](unsafeUninitializedCapacity: x.shape.count) { values, count in
      count = x.shape.count
      switch x.dtype {
      case .f64:
        let source = address.assumingMemoryBound(to: Double.self)
        for i in 0..<count { values[i] = source[i] }
      case .f32:
        let source = address.assumingMemoryBound(to: Float.self)
        for i in 0..<count { values[i] = Double(source[i]) }
      case .bf16:
        let source = address.assumingMemoryBound(to: UInt16.self)
        for i in 0..<count { values[i] = Double(BFloat16.value(source[i])) }
      case .i32:
        let source = address.assumingMemoryBound(to: Int32.self)
        for i in 0..<count { values[i] = Double(source[i]) }
      }
    }
  }

  /// A new storage with these elements: how every kernel ends.
  func write(_ values: [Double], _ shape: Shape, _ dtype: DType) -> Storage {
    require(
      values.count == shape.count,
      "reference: \(values.count) values do not fill shape \(shape)")
    let buffer = pool.buffer(byteCount: shape.count * dtype.byteCount)
    let x = Storage(shape: shape, dtype: dtype, buffer: buffer)
    overwrite(x, with: values)
    return x
  }

  /// Rounds `values` into memory that the caller owns alone.
  func overwrite(_ x: Storage, with values: [Double]) {
    let address = x.buffer.address
    values.withUnsafeBufferPointer { values in
      switch x.dtype {
      case .f64:
        let target = address.assumingMemoryBound(to: Double.self)
        for i in values.indices { target[i] = values[i] }
      case .f32:
        let target = address.assumingMemoryBound(to: Float.self)
        for i in values.indices { target[i] = Float(values[i]) }
      case .bf16:
        let target = address.assumingMemoryBound(to: UInt16.self)
        for i in values.indices { target[i] = BFloat16.bits(Float(values[i])) }
      case .i32:
        let target = address.assumingMemoryBound(to: Int32.self)
        for i in values.indices { target[i] = Int32(values[i]) }
      }
    }
  }
}

/// The upper half of an IEEE single.
enum BFloat16 {
  /// The single with these upper bits and zeros below.
  static func value(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The nearest bfloat16; of two equally near the one whose last bit is 0; NaN stays NaN.
  static func bits(_ x: Float) -> UInt16 {
    let bits = x.bitPattern
    if x.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }
}
