/// Why the bounded reader stops.
enum Fault: Error {
  /// The bytes contradict the format, or one another.
  case damaged(String)
  /// The file may be sound, but is of a form that this program does not write.
  case unknown(String)
}

/// Little-endian numbers taken from bytes one after another; the end is an error, never a trap.
struct ByteCursor {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int
  private let what: String

  /// Bytes of a part of the file, which errors call `what`.
  init(_ bytes: ArraySlice<UInt8>, _ what: String) {
    self.bytes = bytes
    position = bytes.startIndex
    self.what = what
  }

  init(_ bytes: [UInt8], _ what: String) { self.init(bytes[...], what) }

  /// Bytes that are left.
  var left: Int { bytes.endIndex - position }

  /// The next bytes.
  mutating func take(_ count: Int) throws(Fault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else { throw .damaged("\(what) ends too early") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws(Fault) { _ = try take(count) }

  mutating func number(_ count: Int) throws(Fault) -> UInt64 {
    try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func byte() throws(Fault) -> Int { Int(try number(1)) }
  mutating func short() throws(Fault) -> Int { Int(try number(2)) }
  mutating func word() throws(Fault) -> Int { Int(try number(4)) }

  /// A size or an address of 8 bytes; one that no file has is damage.
  mutating func size() throws(Fault) -> Int {
    let value = try number(8)
    guard value < 1 << 62 else { throw .damaged("\(what) has a size of \(value)") }
    return Int(value)
  }

  /// An address; nil where it is undefined.
  mutating func address() throws(Fault) -> Int? {
    let value = try number(8)
    if value == .max { return nil }
    guard value < 1 << 62 else { throw .damaged("\(what) has an address of \(value)") }
    return Int(value)
  }

  /// Throws unless these bytes come next.
  mutating func require(_ signature: String) throws(Fault) {
    guard try take(signature.utf8.count).elementsEqual(signature.utf8) else {
      throw .damaged("\(what) does not begin with \(signature)")
    }
  }

  /// A name that ends with a zero byte, or with the bytes.
  mutating func name(_ count: Int) throws(Fault) -> String {
    let text = try take(count).prefix { $0 != 0 }
    guard let name = String(validating: text, as: UTF8.self) else {
      throw .damaged("\(what) has a name that is not UTF-8")
    }
    return name
  }
}
