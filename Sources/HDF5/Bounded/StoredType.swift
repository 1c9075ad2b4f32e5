/// How one element lies in a file.
struct StoredType: Sendable {
  /// What bytes after the end of a string hold.
  enum Padding: Sendable {
    case zeros, spaces
  }

  let type: HDF5Type
  /// Bytes of an element; of a string of any length those of its reference.
  let size: Int
  var isBigEndian = false
  var padding = Padding.zeros

  /// A variable string's element: its length, and where its bytes are.
  static let referenceSize = 16

  /// Whether elements of the file are those of memory.
  var isNative: Bool { !isBigEndian && type != .float(bits: 16) }

  /// Reads a message; numbers that memory has no type for are unknown.
  init(_ message: ObjectHeader.Message) throws(Fault) { try self.init(message.cursor) }

  /// Reads a type from bytes.
  init(_ bytes: ByteCursor) throws(Fault) {
    var cursor = bytes
    let head = try cursor.byte()
    let (version, kind) = (head >> 4, head & 15)
    guard 1...3 ~= version else { throw .damaged("a data type has a bad version number") }
    let flags = Int(try cursor.number(3))
    size = try cursor.word()
    guard size > 0 else { throw .damaged("a data type has no bytes") }
    switch kind {
    case 0:
      let (offset, precision) = (try cursor.short(), try cursor.short())
      guard [1, 2, 4, 8].contains(size), offset == 0, precision == size * 8, flags & 0b110 == 0
      else { throw .unknown("integers that are padded") }
      type = .integer(bits: size * 8, signed: flags & 8 != 0)
      isBigEndian = flags & 1 != 0
    case 1:
      // Offset and precision; where exponent and mantissa lie; the bias.
      let found = Array(try cursor.take(12))
      guard let known = Self.floats[size], found == known.layout, flags & 0x40 == 0,
        flags & 0x3E == 0x20, flags >> 8 & 0xFF == size * 8 - 1
      else { throw .unknown("floating-point numbers of another form than IEEE's") }
      type = .float(bits: size * 8)
      isBigEndian = flags & 1 != 0
    case 3:
      type = .string(bytes: size)
      padding = flags & 15 == 2 ? .spaces : .zeros
    case 9 where flags & 15 == 1:
      guard size == Self.referenceSize else {
        throw .damaged("a string's reference has \(size) bytes")
      }
      type = .string(bytes: nil)
    default: type = .other(kind)
    }
  }

  /// IEEE's numbers of 16, 32 and 64 bits, as the format describes them.
  private static let floats: [Int: (layout: [UInt8], bits: Int)] = [
    2: ([0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0], 16),
    4: ([0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0], 32),
    8: ([0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0], 64),
  ]
}
