internal import CGPU

extension CUDABackend {
  /// Row-major values as a storage of this type; they leave through pinned memory.
  public func store(_ values: [Float], shape: Shape, dtype: DType) -> Storage {
    require(values.count == shape.count, "\(name): \(values.count) values do not fill \(shape)")
    let x = storage(shape, .f32)
    values.withUnsafeBytes { uploads.upload($0, to: x.device) }
    return converted(x, to: dtype)
  }

  /// Row-major values as a storage of this type; they leave through pinned memory.
  public func store(_ values: [Double], shape: Shape, dtype: DType) -> Storage {
    store(values.map { Float($0) }, shape: shape, dtype: dtype)
  }

  /// Row-major values as a storage of this type; they leave through pinned memory.
  public func store(_ values: [Int32], shape: Shape) -> Storage {
    require(values.count == shape.count, "\(name): \(values.count) values do not fill \(shape)")
    let x = storage(shape, .i32)
    values.withUnsafeBytes { uploads.upload($0, to: x.device) }
    return x
  }

  /// The elements, row-major; waits for the device.
  public func floats(of x: Storage) -> [Float] { downloaded(rowMajor(x, as: .f32)) }

  /// The elements, row-major; waits for the device.
  public func doubles(of x: Storage) -> [Double] {
    switch x.dtype {
    case .i32: indices(of: x).map(Double.init)
    case .f64: downloaded(x)  // a norm
    default: floats(of: x).map(Double.init)
    }
  }

  /// The indices, row-major; waits for the device.
  public func indices(of x: Storage) -> [Int32] {
    require(x.dtype == .i32, "\(name): indices were asked of a storage of \(x.dtype)")
    return downloaded(rowMajor(x))
  }

  /// The same number everywhere.
  public func filled(with value: Double, shape: Shape, dtype: DType) -> Storage {
    let x = storage(shape, dtype)
    let word: UInt32
    switch dtype {
    case .f32: word = Float(value).bitPattern
    case .bf16: word = UInt32(BFloat16.bits(Float(value))) * 0x1_0001
    case .i32: word = UInt32(bitPattern: Int32(value))
    case .f64: fatalError("\(name): no arithmetic in f64")
    }
    let words = (shape.count * dtype.byteCount + 3) / 4
    context.enter()
    if words > 0 {
      context.asked(
        context.calls.setWords(x.device, word, words, context.stream), "cuMemsetD32")
    }
    return x
  }

  /// Zeros of the shape, type and layout of `x`.
  public func zeros(like x: Storage) -> Storage {
    let y = storage(x.shape, x.dtype, x.channelsLast)
    clear(y)
    return y
  }

  /// The only element of `value` everywhere, without waiting for it.
  public func spread(_ value: Storage, shape: Shape, dtype: DType) -> Storage {
    let x = storage(shape, dtype)
    launch(
      Kernel(.elementwise, "spread", dtype, value.dtype), .flat(shape.count, on: context), value,
      x, shape.count)
    return x
  }

  /// The elements, rounded to another type, in the same layout.
  public func converted(_ x: Storage, to dtype: DType) -> Storage {
    moved(x, to: x.channelsLast, as: dtype)
  }

  /// A copy that nobody else owns, in the same layout.
  public func copied(_ x: Storage) -> Storage {
    let y = storage(x.shape, x.dtype, x.channelsLast)
    let count = x.elementCount * x.dtype.byteCount
    context.enter()
    if count > 0 {
      context.asked(
        context.calls.copy(y.device, x.device, count, context.stream), "copy of \(count) bytes")
    }
    return y
  }

  /// x in the layout of y where that is channels-last.
  public func arranged(_ x: Storage, like y: Storage) -> Storage {
    guard let layout = y.channelsLast, x.dtype == y.dtype, x.shape == y.shape else { return x }
    return moved(x, to: layout, as: x.dtype)
  }

  /// The same elements, row-major, under another shape; row-major memory is shared.
  public func reshaped(_ x: Storage, to shape: Shape) -> Storage {
    require(shape.count == x.shape.count, "reshape: \(x.shape) does not fit \(shape)")
    if shape == x.shape { return x }
    // Rows without padding whose planes are single positions lie row-major as they are.
    let isPlain =
      x.channelsLast.map {
        x.shape.plane == 1 && $0.pitch == x.shape[1] && $0.images == x.shape[0]
      } ?? true
    return Storage(shape: shape, dtype: x.dtype, buffer: (isPlain ? x : rowMajor(x)).buffer)
  }

  /// The elements of a row-major storage; waits for the device.
  private func downloaded<Element: BitwiseCopyable>(_ x: Storage) -> [Element] {
    let count = x.shape.count
    context.recorder.requireOutside("a tensor of shape \(x.shape) is read")
    context.enter()
    let values = [Element](unsafeUninitializedCapacity: count) { values, filled in
      filled = count
      guard count > 0 else { return }
      context.check(
        context.calls.download(
          values.baseAddress, x.device, count * MemoryLayout<Element>.stride, context.stream),
        "download of \(x.shape)")
      context.check(context.calls.synchronize(context.stream), "cuStreamSynchronize")
    }
    fault.check()
    return values
  }
}
