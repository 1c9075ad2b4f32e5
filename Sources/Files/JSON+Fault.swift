/// Where a text stops being JSON, and why: what decoders keep to themselves.
public struct JSONFault: Sendable, Equatable {
  /// Line, column and the way from the outermost value, such as `line 1, column 8:
  /// annotations[3].bbox[0]`.
  public let place: String
  /// What stands there.
  public let problem: String
}

extension JSON {
  /// The first fault of a text in UTF-8; nil where it is JSON.
  ///
  /// - Source: the grammar of RFC 8259.
  public static func fault(in bytes: [UInt8]) -> JSONFault? {
    var scanner = Scanner(bytes: bytes)
    do throws(Fault) {
      try scanner.value()
      scanner.skipBlanks()
      guard scanner.at == bytes.count else { throw scanner.unexpected() }
      return nil
    } catch { return JSONFault(place: scanner.place, problem: error.problem) }
  }
}

private struct Fault: Error { let problem: String }

private struct Scanner {
  let bytes: [UInt8]
  private(set) var at = 0
  private var path: [String] = []
  /// Deeper nesting than any annotation has would only exhaust the stack.
  private static let deepest = 200

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  var place: String {
    let before = bytes[..<min(at, bytes.count)]
    let line = before.count { $0 == 10 } + 1
    let column = before.reversed().prefix { $0 != 10 }.count + 1
    let way = path.joined().drop { $0 == "." }
    return "line \(line), column \(column)" + (way.isEmpty ? "" : ": \(way)")
  }

  func unexpected() -> Fault {
    guard let next else { return Fault(problem: "it ends here, before it is complete") }
    let word = bytes[at...].prefix { isPartOfWord($0) }
    let shown = word.isEmpty ? [next] : Array(word.prefix(20))
    let text = String(validating: shown, as: UTF8.self) ?? "byte \(next)"
    let names = ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf"]
    let complaint = names.contains(text) ? "is no number" : "is out of place"
    return Fault(problem: "'\(text)' \(complaint)")
  }

  mutating func skipBlanks() {
    while let byte = next, byte == 32 || (9...10).contains(byte) || byte == 13 { at += 1 }
  }

  mutating func value() throws(Fault) {
    guard path.count < Self.deepest else { throw Fault(problem: "values are nested too deeply") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): try object()
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "\""): _ = try string()
    case .some, nil: try word()
    }
  }

  private mutating func object() throws(Fault) {
    at += 1
    skipBlanks()
    if take("}") { return }
    repeat {
      skipBlanks()
      path.append(".\(try string())")
      skipBlanks()
      guard take(":") else { throw unexpected() }
      try value()
      path.removeLast()
      skipBlanks()
    } while take(",")
    guard take("}") else { throw unexpected() }
  }

  private mutating func array() throws(Fault) {
    at += 1
    skipBlanks()
    if take("]") { return }
    var count = 0
    repeat {
      path.append("[\(count)]")
      try value()
      path.removeLast()
      count += 1
      skipBlanks()
    } while take(",")
    guard take("]") else { throw unexpected() }
  }

  private mutating func string() throws(Fault) -> String {
    guard take("\"") else { throw unexpected() }
    let start = at
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 32 else { throw Fault(problem: "a control character stands in a text") }
      at += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    at = min(at, bytes.count)
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    guard take("\"") else { throw unexpected() }
    return text
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() throws(Fault) {
    let word = bytes[at...].prefix { isPartOfWord($0) }
    let names = ["true", "false", "null"]
    guard isNumber(word) || names.contains(where: { word.elementsEqual($0.utf8) }) else {
      throw unexpected()
    }
    at += word.count
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }
}

private func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
  var rest = word
  func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  func skip(_ characters: String) -> Bool {
    guard let first = rest.first, characters.utf8.contains(first) else { return false }
    rest.removeFirst()
    return true
  }
  func skipDigits() -> Int {
    let digits = rest.prefix(while: isDigit).count
    rest.removeFirst(digits)
    return digits
  }
  _ = skip("-")
  let startsWithZero = rest.first == 48
  let whole = skipDigits()
  guard whole > 0, whole == 1 || !startsWithZero else { return false }
  if skip("."), skipDigits() == 0 { return false }
  if skip("eE") {
    _ = skip("+-")
    if skipDigits() == 0 { return false }
  }
  return rest.isEmpty
}

private func isPartOfWord(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
  default: false
  }
}
