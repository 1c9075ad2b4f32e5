public import Files

/// The type of the elements of a dataset or attribute.
public enum HDF5Type: Sendable, Hashable, CustomStringConvertible {
  /// Whole numbers.
  case integer(bits: Int, signed: Bool)
  /// Floating-point numbers.
  case float(bits: Int)
  /// Strings of at most this many bytes, or of any length where it is nil.
  case string(bytes: Int?)
  /// Anything this module does not read, by the format's class number.
  case other(Int)

  /// A name such as `uint8`, `float32`, `string`.
  public var description: String {
    switch self {
    case .integer(let bits, let signed): "\(signed ? "" : "u")int\(bits)"
    case .float(let bits): "float\(bits)"
    case .string(nil): "string"
    case .string(let bytes?): "string of \(bytes) bytes"
    case .other(let number):
      Self.otherNames.indices.contains(number) ? Self.otherNames[number] : "class \(number)"
    }
  }

  /// The name without the length of strings, as content hashes have it.
  var kind: String { if case .string = self { "string" } else { description } }

  /// The names of the format's type classes, in the order of their numbers.
  private static let otherNames = [
    "integer", "float", "time", "string", "bit field", "opaque", "compound", "reference",
    "enumeration", "sequence", "array",
  ]

  /// What to do about elements of this type; nil where another type to read them as helps.
  var remedy: String? {
    switch self {
    case .integer, .float, .string: nil
    case .other(Self.opaque):
      "numbers that HDF5 has no type for, such as bfloat16, are stored so: write them as float32"
    case .other: "write them as numbers"
    }
  }

  /// The format's number of the class of bytes without meaning.
  private static let opaque = 5

  /// Whether every value of `stored` can be read as this type without loss.
  func canHold(_ stored: HDF5Type) -> Bool {
    switch (self, stored) {
    case (.integer(let mine, let signed), .integer(let theirs, let theirSigned)):
      signed == theirSigned ? theirs <= mine : signed && theirs < mine
    case (.float(let mine), .float(let theirs)): theirs <= mine
    case (.string, .string): true
    default: false
    }
  }
}

/// A value that datasets hold: a number, or a `String` in UTF-8.
///
/// Reading widens without loss (`uint8` as `Int16`, `float32` as `Double`) and refuses all else.
public protocol HDF5Element: Sendable {
  /// The type written, and the widest type that can be read; strings are written with the length
  /// of the longest.
  static var hdf5Type: HDF5Type { get }
  /// The elements of the chosen rows of `dataset`, row by row.
  static func elements(
    of dataset: borrowing HDF5Dataset, rows: HDF5Rows
  ) throws(HDF5Error) -> [Self]
  /// Adds what a digest of the values counts: numbers as they lie in memory, each string and a
  /// zero byte.
  static func add(_ values: [Self], to digest: inout Digest)
  /// Hands the values as a file has them, and the type of one, to `body`.
  static func withStored<Result>(
    _ values: [Self], _ body: (HDF5Type, UnsafeRawBufferPointer) -> Result
  ) -> Result
}

/// A number that datasets hold, stored bit by bit.
public protocol HDF5Number: HDF5Element, BitwiseCopyable {
  /// The number nearest to a whole one.
  static func nearest(to value: Int64) -> Self
  /// The number nearest to a whole one without sign.
  static func nearest(to value: UInt64) -> Self
  /// The number nearest to a floating-point one; what is no number is zero where there is no such.
  static func nearest(to value: Double) -> Self
}

extension HDF5Number {
  /// Adds numbers as they lie in memory.
  public static func add(_ values: [Self], to digest: inout Digest) { digest.add(values) }

  /// Numbers as they lie in memory.
  public static func withStored<Result>(
    _ values: [Self], _ body: (HDF5Type, UnsafeRawBufferPointer) -> Result
  ) -> Result {
    values.withUnsafeBytes { body(hdf5Type, $0) }
  }
}

/// Whole numbers: what does not fit becomes the nearest that does.
public protocol HDF5Integer: HDF5Number, FixedWidthInteger {}

extension HDF5Integer {
  /// `int8` to `uint64`.
  public static var hdf5Type: HDF5Type { .integer(bits: bitWidth, signed: isSigned) }
  /// The nearest number.
  public static func nearest(to value: Int64) -> Self { Self(clamping: value) }
  /// The nearest number.
  public static func nearest(to value: UInt64) -> Self { Self(clamping: value) }
  /// The nearest number towards zero.
  public static func nearest(to value: Double) -> Self {
    if value.isNaN { return 0 }
    return Self(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
  }
}

extension Int8: HDF5Integer {}
extension Int16: HDF5Integer {}
extension Int32: HDF5Integer {}
extension Int64: HDF5Integer {}
extension Int: HDF5Integer {}
extension UInt8: HDF5Integer {}
extension UInt16: HDF5Integer {}
extension UInt32: HDF5Integer {}
extension UInt64: HDF5Integer {}

extension Float: HDF5Number {
  /// `float32`.
  public static var hdf5Type: HDF5Type { .float(bits: 32) }
  /// The nearest number.
  public static func nearest(to value: Int64) -> Float { Float(value) }
  /// The nearest number.
  public static func nearest(to value: UInt64) -> Float { Float(value) }
  /// The nearest number.
  public static func nearest(to value: Double) -> Float { Float(value) }
}
extension Double: HDF5Number {
  /// `float64`.
  public static var hdf5Type: HDF5Type { .float(bits: 64) }
  /// The nearest number.
  public static func nearest(to value: Int64) -> Double { Double(value) }
  /// The nearest number.
  public static func nearest(to value: UInt64) -> Double { Double(value) }
  /// The number itself.
  public static func nearest(to value: Double) -> Double { value }
}
