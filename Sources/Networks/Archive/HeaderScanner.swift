/// A strict scanner for the JSON that safetensors headers are made of: objects, strings and lists
/// of unsigned integers. Nothing here recurses, so no input can exhaust the stack.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var place = 0

  /// A scanner of bytes that are known to be UTF-8.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads `{"key": value, …}`; `member` reads each value.
  mutating func object(
    _ member: (_ key: String, _ json: inout HeaderScanner) throws(HeaderProblem) -> Void
  ) throws(HeaderProblem) {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(key, &self)
    } while accept(",")
    try expect("}")
  }

  /// Reads `[1, 2, …]`.
  mutating func integers() throws(HeaderProblem) -> [Int] {
    try expect("[")
    var found: [Int] = []
    if accept("]") { return found }
    repeat { found.append(try integer()) } while accept(",")
    try expect("]")
    return found
  }

  /// Reads an unsigned integer: no sign, fraction, exponent or leading zero.
  private mutating func integer() throws(HeaderProblem) -> Int {
    skipSpace()
    let start = place
    var value = 0
    while let digit = peek.flatMap({ (48...57).contains($0) ? Int($0 - 48) : nil }) {
      let (tenfold, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(digit)
      if over || carry { throw problem("a number is too large") }
      value = sum
      place += 1
    }
    if place == start || (bytes[start] == 48 && place > start + 1) {
      throw problem("expected a whole number that is not negative")
    }
    return value
  }

  /// Reads a string with its escapes.
  mutating func string() throws(HeaderProblem) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = peek {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0..<0x20: throw problem("a control character stands in a string")
      default: text.append(byte)
      }
    }
    throw problem("a string does not end")
  }

  private mutating func escape() throws(HeaderProblem) -> [UInt8] {
    guard let byte = peek else { throw problem("a string does not end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard peek == UInt8(ascii: "\\"), place + 1 < bytes.count,
          bytes[place + 1] == UInt8(ascii: "u")
        else { throw problem("half a surrogate pair stands in a string") }
        place += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw problem("half a surrogate pair stands in a string")
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw problem("half a surrogate pair stands in a string")
      }
      return Array(String(scalar).utf8)
    default: throw problem("an escape is not one of JSON's")
    }
  }

  private mutating func hexadecimal() throws(HeaderProblem) -> UInt32 {
    guard place + 4 <= bytes.count else { throw problem("a string does not end") }
    var code: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("an escape is not one of JSON's")
      }
      code = code << 4 | UInt32(digit)
    }
    place += 4
    return code
  }

  /// Reads the spaces that may fill the header's end.
  mutating func padding() throws(HeaderProblem) {
    while peek == 0x20 { place += 1 }
    if place != bytes.count { throw problem("something follows the header's object") }
  }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || (9...10).contains(byte) || byte == 13 { place += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(HeaderProblem) {
    if !accept(character) { throw problem("expected '\(character)'") }
  }

  private func problem(_ text: String) -> HeaderProblem {
    HeaderProblem("the header is not as the format asks, byte \(place): \(text)")
  }
}
