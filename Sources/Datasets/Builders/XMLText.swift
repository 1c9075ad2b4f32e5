/// Characters and encodings of XML.
enum XMLText {
  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

  /// Whether a name may begin with it; all that is not ASCII may.
  static func beginsName(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ":") || byte >= 0x80
  }

  static func isInName(_ byte: UInt8) -> Bool {
    beginsName(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }

  /// What an entity stands for: one of the five, or a character by its number.
  static func meaning(of name: String) -> String? {
    switch name {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default: break
    }
    guard name.first == "#" else { return nil }
    let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
    guard digits.first?.isHexDigit == true,
      let number = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
      let character = Unicode.Scalar(number), isAllowed(character)
    else { return nil }
    return String(character)
  }

  // [2]
  private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
    switch character.value {
    case 9, 10, 13: true
    case 0..<32, 0xFFFE, 0xFFFF: false
    default: true
    }
  }

  /// The first byte that is not UTF-8, or of a character that XML has not.
  static func firstForbidden(in bytes: [UInt8]) -> Int? {
    var at = 0
    while at < bytes.count {
      let first = bytes[at]
      if first < 0x80 {
        if first < 32 && !isBlank(first) { return at }
        at += 1
        continue
      }
      let (count, least): (Int, UInt32)
      switch first {
      case 0xC2...0xDF: (count, least) = (1, 0x80)
      case 0xE0...0xEF: (count, least) = (2, 0x800)
      case 0xF0...0xF4: (count, least) = (3, 0x10000)
      default: return at
      }
      guard at + count < bytes.count else { return at }
      var number = UInt32(first) & (0x3F >> UInt32(count))
      for byte in bytes[at + 1...at + count] {
        guard byte & 0xC0 == 0x80 else { return at }
        number = number << 6 | UInt32(byte & 0x3F)
      }
      guard number >= least, let character = Unicode.Scalar(number), isAllowed(character) else {
        return at
      }
      at += count + 1
    }
    return nil
  }

  /// A file as UTF-8, and whether it had to be converted.
  static func decoded(_ file: [UInt8]) throws(XMLFault) -> (bytes: [UInt8], isConverted: Bool) {
    let begin = Array(file.prefix(2))
    if begin == [0xFF, 0xFE] || begin == [0x3C, 0] { return (try utf16(file, low: 0), true) }
    if begin == [0xFE, 0xFF] || begin == [0, 0x3C] { return (try utf16(file, low: 1), true) }
    guard let name = declaredEncoding(of: file) else { return (file, false) }
    switch name.lowercased() {
    case "utf-8", "utf8", "us-ascii", "ascii": return (file, false)
    case "iso-8859-1", "latin1", "latin-1":
      return (Array(String(String.UnicodeScalarView(file.map { Unicode.Scalar($0) })).utf8), true)
    default:
      throw XMLFault(
        offset: 0, problem: "it is in the encoding '\(name)'; UTF-8, UTF-16 and ISO-8859-1 are read"
      )
    }
  }

  private static func utf16(_ file: [UInt8], low: Int) throws(XMLFault) -> [UInt8] {
    guard file.count % 2 == 0 else {
      throw XMLFault(offset: file.count - 1, problem: "half a character of UTF-16 stands here")
    }
    let units = stride(from: 0, to: file.count, by: 2).map {
      UInt16(file[$0 + low]) | UInt16(file[$0 + 1 - low]) << 8
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw XMLFault(offset: nil, problem: "it is no UTF-16")
    }
    return Array(text.utf8)
  }

  /// The encoding that a file names in its first line [80]; nil where it names none.
  private static func declaredEncoding(of file: [UInt8]) -> String? {
    let head = file.prefix(200)
    let text = String(decoding: head, as: UTF8.self)
    guard let declaration = text.firstRange(of: "<?xml"), let end = text.firstRange(of: "?>"),
      declaration.upperBound <= end.lowerBound,
      let word = text[declaration.upperBound..<end.lowerBound].firstRange(of: "encoding")
    else { return nil }
    let rest = text[word.upperBound..<end.lowerBound].drop { $0 == " " || $0 == "=" }
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != quote })
  }
}
