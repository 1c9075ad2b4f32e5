internal import Networks

/// The fields of a message of protocol buffers, one after another, where they stand in a file.
///
/// - Source: protobuf.dev/programming-guides/encoding.
struct WireFields {
  /// A field whose value comes next.
  struct Field {
    let number: Int
    fileprivate let kind: UInt8
    /// The end of the message that it is in.
    fileprivate let end: Int

    /// Whether its value is a message, a text, or numbers in a row.
    var isMessage: Bool { kind == 2 }
  }

  private var stream: ByteStream

  init(_ file: FileBytes) { stream = ByteStream(file, "a message") }

  /// Where the next byte stands.
  var position: Int { stream.position }

  func failure(_ problem: String) -> ArchiveError { stream.failure(problem) }

  private var damaged: ArchiveError {
    failure("is no .caffemodel (NetParameter), or is damaged at byte \(position)")
  }

  /// The next field of a message that ends at `end`; nil where that is reached.
  mutating func next(until end: Int) throws(ArchiveError) -> Field? {
    if position == end { return nil }
    let tag = try varint(within: end)
    guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw damaged }
    return Field(number: Int(tag >> 3), kind: UInt8(tag & 7), end: end)
  }

  /// The number that a field has.
  mutating func varint(_ field: Field) throws(ArchiveError) -> UInt64 {
    guard field.kind == 0 else { throw damaged }
    return try varint(within: field.end)
  }

  /// The number that a field has, which is a size.
  mutating func size(_ field: Field) throws(ArchiveError) -> Int {
    guard field.kind == 0 else { throw damaged }
    return try size(within: field.end)
  }

  /// The next number, which is a size.
  mutating func size(within end: Int) throws(ArchiveError) -> Int {
    let value = try varint(within: end)
    guard value < 1 << 62 else { throw damaged }
    return Int(value)
  }

  /// The end of the message, the text or the numbers that a field has.
  mutating func message(_ field: Field) throws(ArchiveError) -> Int {
    guard field.kind == 2 else { throw damaged }
    let count = try size(within: field.end)
    guard count <= field.end - position else {
      throw failure("is cut off: a field of \(count) bytes at byte \(position) is not in it")
    }
    return position + count
  }

  /// The text that a field has.
  mutating func text(_ field: Field) throws(ArchiveError) -> String {
    let end = try message(field)
    guard end - position <= 1 << 12 else { throw failure("has a name of \(end - position) bytes") }
    return try stream.text(end - position)
  }

  /// Goes to a place that lies ahead.
  mutating func move(to place: Int) throws(ArchiveError) { try stream.skip(place - position) }

  /// Goes behind the value of a field.
  mutating func skip(_ field: Field) throws(ArchiveError) {
    switch field.kind {
    case 0: _ = try varint(field)
    case 1: try stream.skip(8)
    case 2: try move(to: message(field))
    case 5: try stream.skip(4)
    default: throw damaged
    }
    guard position <= field.end else { throw damaged }
  }

  private mutating func varint(within end: Int) throws(ArchiveError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < end else { throw damaged }
      let byte = try stream.byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw damaged
  }
}
