internal import Networks

/// What a pickle of a state dict is made of. Containers are numbers of places in the reader, so
/// that nothing nests in memory however deep a file says it is nested.
enum PickleValue {
  case none
  case flag(Bool)
  case integer(Int)
  /// A floating number, a larger integer, or bytes: nothing that a tensor is made of.
  case other
  case text(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(TorchGlobal)
  case storage(TorchStorage)
  case tensor(Int)
}

/// What a pickle may name of Python's modules; nothing of it is called.
enum TorchGlobal {
  case orderedDict
  case rebuildTensor
  case rebuildParameter
  /// A storage of elements of a type.
  case storage(ElementType)

  /// What `module` and `name` stand for; nil where that is no part of a state dict.
  init?(_ module: String, _ name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDict
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", _), ("torch.cuda", _):
      guard let type = Self.storages[name] else { return nil }
      self = .storage(type)
    default: return nil
    }
  }

  private static let storages: [String: ElementType] = [
    "DoubleStorage": .f64, "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16,
    "LongStorage": .i64, "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8,
    "ByteStorage": .u8, "BoolStorage": .bool,
  ]
}

/// Numbers in a row, in which tensors lie.
struct TorchStorage: Equatable {
  /// The name of its bytes in the file.
  let key: String
  let type: ElementType
  /// How many numbers there are.
  let count: Int
}

/// A tensor as a pickle describes it.
struct TorchTensor {
  let storage: TorchStorage
  /// The number that its first element has in the storage.
  let offset: Int
  let shape: [Int]
  /// Numbers of the storage from one element to the next, along each axis.
  let strides: [Int]

  /// Why no such tensor can be; nil where it can. Every element lies in the storage, and there are
  /// no more of them than it has numbers.
  var problem: String? {
    guard shape.count == strides.count, shape.count <= 16 else {
      return "has \(shape.count) axes and \(strides.count) strides"
    }
    guard offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 }), storage.count >= 0 else {
      return "has a shape of \(shape), strides of \(strides) and an offset of \(offset)"
    }
    if shape.contains(0) { return nil }
    var (last, count) = (offset, 1)
    for (size, stride) in zip(shape, strides) {
      let (span, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, over) = last.addingReportingOverflow(span)
      let (product, large) = count.multipliedReportingOverflow(by: size)
      if overflow || over || large { return "has a shape of \(shape), too large for any storage" }
      (last, count) = (sum, product)
    }
    return last < storage.count && count <= storage.count
      ? nil
      : "has a shape of \(shape), strides of \(strides) and an offset of \(offset) in a storage "
        + "of \(storage.count) numbers"
  }

  /// The bytes of its elements in a row, given those of its storage.
  func elements(in bytes: [UInt8]) -> [UInt8] {
    let size = storage.type.bitCount / 8
    let count = shape.reduce(1, *)
    var (dense, isDense) = (1, true)
    for (length, stride) in zip(shape, strides).reversed() where length != 1 {
      isDense = isDense && stride == dense
      dense *= length
    }
    if isDense {
      return offset == 0 && bytes.count == count * size
        ? bytes : Array(bytes[offset * size..<(offset + count) * size])
    }
    var result: [UInt8] = []
    result.reserveCapacity(count * size)
    var place = [Int](repeating: 0, count: shape.count)
    var at = offset
    for _ in 0..<count {
      result.append(contentsOf: bytes[at * size..<(at + 1) * size])
      // As a counter turns its wheels.
      for axis in shape.indices.reversed() {
        place[axis] += 1
        at += strides[axis]
        if place[axis] < shape[axis] { break }
        at -= shape[axis] * strides[axis]
        place[axis] = 0
      }
    }
    return result
  }
}
