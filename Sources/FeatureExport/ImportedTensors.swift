internal import Layers
internal import Networks
internal import Randomness
internal import Tensors

/// Tensors of a file by our names, in float32.
struct ImportedTensors {
  /// The tensors.
  private(set) var archive: TensorArchive
  /// The other types that some had in the file, such as `BF16`.
  private(set) var converted: Set<String> = []

  init(_ archive: TensorArchive) { self.archive = archive }

  /// Adds a tensor that had `type` in the file.
  mutating func add(_ entry: TensorArchive.Entry, from type: String, isFloat32: Bool) {
    archive.add(entry)
    if !isFloat32 { converted.insert(type) }
  }

  /// What became of the numbers, as a sentence; nil where they are those of the file.
  var note: String? {
    converted.isEmpty
      ? nil : "weights were \(converted.sorted().joined(separator: ", ")) and are made float32"
  }
}

extension TrunkConfiguration {
  /// The trunk without weights.
  var emptyTrunk: Stack { build(.constant(0), key: RandomKey(seed: 0), on: .cpu) }

  /// The same with a gain and an offset in its normalization; nil where that has them already, or
  /// there is none.
  var withGains: TrunkConfiguration? {
    guard batchNormalization, !affine else { return nil }
    var copy = self
    copy.affine = true
    return copy
  }
}

extension TensorArchive.Entry {
  /// The same under another name.
  func renamed(_ name: String) -> TensorArchive.Entry {
    .init(name: name, type: type, shape: shape, bytes: bytes)
  }

  /// The same numbers as float32: exactly, but for those of double precision, which are rounded;
  /// nil where they are no floating numbers that are known here.
  var inSinglePrecision: TensorArchive.Entry? {
    func converted<Element>(_: Element.Type, _ value: (Element) -> Float) -> TensorArchive.Entry {
      let size = MemoryLayout<Element>.size
      let values = bytes.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: size).map {
          value(bytes.loadUnaligned(fromByteOffset: $0, as: Element.self))
        }
      }
      return .init(
        name: name, type: .f32, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
    }
    switch type {
    case .f32: return self
    case .f64: return converted(Double.self) { Float($0) }
    case .f16: return converted(UInt16.self) { Float(half: $0) }
    case .bf16: return converted(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    // The upper half of a number of half precision.
    case .f8e5m2: return converted(UInt8.self) { Float(half: UInt16($0) << 8) }
    case .f8e4m3: return converted(UInt8.self) { Float(e4m3: $0) }
    case .bool, .f4, .f6e2m3, .f6e3m2, .u8, .i8, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz, .i16, .u16,
      .i32, .u32, .c64, .i64, .u64:
      return nil
    }
  }
}

extension ElementType {
  /// Whether numbers of this type are made float32 (`inSinglePrecision`).
  var hasSinglePrecision: Bool {
    TensorArchive.Entry(name: "", type: self, shape: [0], bytes: []).inSinglePrecision != nil
  }
}

extension Float {
  /// The number whose bits in IEEE half precision these are. (Swift has `Float16` not on every
  /// machine.)
  fileprivate init(half bits: UInt16) {
    let magnitude = UInt32(bits & 0x7FFF)
    // Exponent and fraction in their places, of a number 2^112 times too small.
    let placed = Float(bitPattern: magnitude << 13) * 0x1p112
    let isFinite = magnitude < 0x7C00
    let value = isFinite ? placed : Float(bitPattern: 0x7F80_0000 | magnitude << 13)
    self = bits & 0x8000 == 0 ? value : -value
  }

  /// The number whose bits these are in a byte of four bits of exponent and three of fraction,
  /// which has no infinities.
  ///
  /// - Source: Micikevicius et al., "FP8 formats for deep learning", 2022; torch.float8_e4m3fn.
  fileprivate init(e4m3 bits: UInt8) {
    let magnitude = UInt32(bits & 0x7F)
    // Of a number 2^120 times too small.
    let value = magnitude == 0x7F ? Float.nan : Float(bitPattern: magnitude << 20) * 0x1p120
    self = bits & 0x80 == 0 ? value : -value
  }
}
