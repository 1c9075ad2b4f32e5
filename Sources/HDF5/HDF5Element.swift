internal import CHDF5

/// The type of the elements of a dataset or attribute.
public enum HDF5Type: Sendable, Hashable, CustomStringConvertible {
  /// Whole numbers.
  case integer(bits: Int, signed: Bool)
  /// Floating-point numbers.
  case float(bits: Int)
  /// Strings of at most this many bytes, or of any length where it is nil.
  case string(bytes: Int?)
  /// Anything this module does not read, by the library's class number.
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

  /// The names of the library's type classes, in the order of their numbers.
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

  /// The library's number of the class of bytes without meaning.
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

  /// The type with this identifier.
  init(id: hid_t, _ place: Place) throws(HDF5Error) {
    let kind = try check("H5Tget_class", place) { H5Tget_class(id).rawValue }
    let bytes = H5Tget_size(id)
    switch kind {
    case H5T_INTEGER.rawValue:
      self = .integer(bits: bytes * 8, signed: H5Tget_sign(id) == H5T_SGN_2)
    case H5T_FLOAT.rawValue: self = .float(bits: bytes * 8)
    case H5T_STRING.rawValue:
      let variable = try check("H5Tis_variable_str", place) { H5Tis_variable_str(id) } > 0
      self = .string(bytes: variable ? nil : bytes)
    default: self = .other(Int(kind))
    }
  }

  /// The library's type in memory, and in the files this module writes.
  func handle(_ place: Place) throws(HDF5Error) -> Handle {
    switch self {
    case .integer(let bits, let signed):
      try Handle("H5Tcopy", place) { chdf5_number_type(false, signed, Int32(bits)) }
    case .float(let bits):
      try Handle("H5Tcopy", place) { chdf5_number_type(true, true, Int32(bits)) }
    case .string(let bytes):
      try Handle("H5Tcopy", place) { chdf5_string_type(bytes ?? 0) }
    case .other: preconditionFailure("HDF5Type \(self) has no counterpart in memory")
    }
  }
}

/// A value that datasets hold: a number, or a `String` in UTF-8.
///
/// Reading widens without loss (`uint8` as `Int16`, `float32` as `Double`) and refuses all else.
public protocol HDF5Element: Sendable {
  /// The type written, and the widest type that can be read.
  static var hdf5Type: HDF5Type { get }
  /// The elements of the chosen rows of `dataset`, row by row.
  static func elements(
    of dataset: borrowing HDF5Dataset, rows: HDF5Rows
  ) throws(HDF5Error) -> [Self]
  /// Writes `values` over the rows of `dataset` that start at `row`.
  static func write(
    _ values: [Self], to dataset: borrowing HDF5Dataset, atRow row: Int
  ) throws(HDF5Error)
}

/// A number that datasets hold, stored bit by bit.
public protocol HDF5Number: HDF5Element, BitwiseCopyable {}

extension Int8: HDF5Number {
  /// `int8`.
  public static var hdf5Type: HDF5Type { .integer(bits: 8, signed: true) }
}
extension Int16: HDF5Number {
  /// `int16`.
  public static var hdf5Type: HDF5Type { .integer(bits: 16, signed: true) }
}
extension Int32: HDF5Number {
  /// `int32`.
  public static var hdf5Type: HDF5Type { .integer(bits: 32, signed: true) }
}
extension Int64: HDF5Number {
  /// `int64`.
  public static var hdf5Type: HDF5Type { .integer(bits: 64, signed: true) }
}
extension Int: HDF5Number {
  /// `int64`.
  public static var hdf5Type: HDF5Type { .integer(bits: 64, signed: true) }
}
extension UInt8: HDF5Number {
  /// `uint8`.
  public static var hdf5Type: HDF5Type { .integer(bits: 8, signed: false) }
}
extension UInt16: HDF5Number {
  /// `uint16`.
  public static var hdf5Type: HDF5Type { .integer(bits: 16, signed: false) }
}
extension UInt32: HDF5Number {
  /// `uint32`.
  public static var hdf5Type: HDF5Type { .integer(bits: 32, signed: false) }
}
extension UInt64: HDF5Number {
  /// `uint64`.
  public static var hdf5Type: HDF5Type { .integer(bits: 64, signed: false) }
}
extension Float: HDF5Number {
  /// `float32`.
  public static var hdf5Type: HDF5Type { .float(bits: 32) }
}
extension Double: HDF5Number {
  /// `float64`.
  public static var hdf5Type: HDF5Type { .float(bits: 64) }
}
