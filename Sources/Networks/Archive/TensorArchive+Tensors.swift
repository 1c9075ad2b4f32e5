public import Tensors

extension TensorArchive {
  /// An archive of tensors by name; traps where a name comes twice. Waits for the device.
  public init(_ tensors: KeyValuePairs<String, Tensor>) {
    self.init()
    for (name, tensor) in tensors { add(name, tensor) }
  }

  /// Adds a tensor bit for bit; traps where the name is taken. Waits for the device.
  public mutating func add(_ name: String, _ tensor: Tensor) {
    let (type, bytes): (ElementType, [UInt8]) =
      switch tensor.dtype {
      case .f32: (.f32, Self.bytes(tensor.floats))
      case .f64: (.f64, Self.bytes(tensor.doubles))
      case .i32: (.i32, Self.bytes(tensor.indices))
      // Exact: the lower half of a single that holds a bfloat16 is zero.
      case .bf16: (.bf16, Self.bytes(tensor.floats.map { UInt16($0.bitPattern >> 16) }))
      }
    add(Entry(name: name, type: type, shape: tensor.shape.sizes, bytes: bytes))
  }

  /// The tensor called `name` on a device, bit for bit; an error where it is missing, or of a type
  /// the device does not compute in.
  public func tensor(_ name: String, on device: Device) throws(ArchiveError) -> Tensor {
    let entry = try entry(name)
    guard let dtype = entry.type.dtype, dtype == .i32 || device.backend.dtypes.contains(dtype)
    else {
      throw ArchiveError(
        file: source, tensor: name,
        problem: "is \(entry.type.rawValue), which device \(device) does not compute in")
    }
    return entry.tensor(as: dtype, on: device)
  }

  private static func bytes<Element>(_ elements: [Element]) -> [UInt8] {
    elements.withUnsafeBytes { Array($0) }
  }
}

extension ElementType {
  /// The type tensors have for it; nil where there is none.
  public var dtype: DType? {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .f64: .f64
    case .i32: .i32
    default: nil
    }
  }
}

extension TensorArchive.Entry {
  /// The Euclidean norm of the elements in double precision; nil where they are not plain numbers
  /// of a common type, or not all finite.
  public var norm: Double? {
    func norm<Element>(_: Element.Type, _ value: (Element) -> Double) -> Double? {
      let sum = bytes.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).reduce(0.0) {
          let x = value(bytes.loadUnaligned(fromByteOffset: $1, as: Element.self))
          return $0 + x * x
        }
      }
      return sum.isFinite ? sum.squareRoot() : nil
    }
    switch type {
    case .f32: return norm(Float.self) { Double($0) }
    case .f64: return norm(Double.self) { $0 }
    case .bf16: return norm(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .bool, .u8: return norm(UInt8.self) { Double($0) }
    case .i8: return norm(Int8.self) { Double($0) }
    case .i16: return norm(Int16.self) { Double($0) }
    case .u16: return norm(UInt16.self) { Double($0) }
    case .i32: return norm(Int32.self) { Double($0) }
    case .u32: return norm(UInt32.self) { Double($0) }
    case .i64: return norm(Int64.self) { Double($0) }
    case .u64: return norm(UInt64.self) { Double($0) }
    default: return nil
    }
  }

  /// The elements on a device, where the entry's type has one of its own.
  func tensor(as dtype: DType, on device: Device) -> Tensor {
    let shape = Shape(shape)
    switch type {
    case .f64: return Tensor(elements(Double.self), shape: shape, dtype: dtype, on: device)
    case .i32: return Tensor(indices: elements(Int32.self), shape: shape, on: device)
    case .bf16:
      let values = elements(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
      return Tensor(values, shape: shape, dtype: dtype, on: device)
    default: return Tensor(elements(Float.self), shape: shape, dtype: dtype, on: device)
    }
  }

  private func elements<Element>(_: Element.Type) -> [Element] {
    let count = bytes.count / MemoryLayout<Element>.size
    return [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
      filled = count
    }
  }
}
