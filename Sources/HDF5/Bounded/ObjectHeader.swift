/// The messages that say what an object is.
struct ObjectHeader {
  /// One message.
  struct Message {
    let kind: Kind
    let body: ArraySlice<UInt8>

    var cursor: ByteCursor { ByteCursor(body, kind.rawValue) }
  }

  /// The messages that are looked at.
  enum Kind: String {
    case space = "a data space"
    case type = "a data type"
    case fill = "a fill value"
    case layout = "a layout"
    case filters = "a filter pipeline"
    case attribute = "an attribute"
    case continuation = "a continuation"
    case symbolTable = "a symbol table"
  }

  private(set) var messages: [Message] = []
  /// Bytes of all its blocks.
  private(set) var size = 0

  /// Reads the header of version 1 at an address. Blocks are read once each, so that continuations
  /// cannot run in a circle, and all of them together are no larger than the file.
  init(_ file: ByteFile, at address: Int) throws(Fault) {
    let what = "the header of an object"
    let start = try file.bytes(16, at: address, what)
    guard !start.starts(with: "OHDR".utf8) else { throw .unknown("object headers of version 2") }
    var cursor = ByteCursor(start, what)
    guard try cursor.byte() == 1 else { throw .damaged("\(what) has a bad version number") }
    try cursor.skip(7)
    var blocks = [(address: address + 16, size: try cursor.word())]
    var next = 0
    while next < blocks.count {
      let block = blocks[next]
      next += 1
      size += block.size
      guard size <= file.size, next <= 1 << 12 else { throw .damaged("\(what) is too long") }
      var rest = ByteCursor(try file.bytes(block.size, at: block.address, what), what)
      while rest.left >= 8 {
        let number = try rest.short()
        let size = try rest.short()
        let flags = try rest.byte()
        try rest.skip(3)
        let body = try rest.take(size)
        guard let kind = try Self.kind(number) else { continue }
        guard flags & 2 == 0 else { throw .unknown("messages that objects share") }
        guard kind == .continuation else {
          messages.append(Message(kind: kind, body: body))
          continue
        }
        var place = ByteCursor(body, kind.rawValue)
        let more = (address: try place.size(), size: try place.size())
        guard !blocks.contains(where: { $0.address == more.address }) else {
          throw .damaged("\(what) goes on in a circle")
        }
        blocks.append(more)
      }
    }
  }

  /// What a message of this number is; nil where it says nothing about the data.
  private static func kind(_ number: Int) throws(Fault) -> Kind? {
    switch number {
    case 0x01: return .space
    case 0x03: return .type
    case 0x05: return .fill
    case 0x08: return .layout
    case 0x0B: return .filters
    case 0x0C: return .attribute
    case 0x10: return .continuation
    case 0x11: return .symbolTable
    // Nothing, the old fill value, a comment, times, and how often an object is linked.
    case 0x00, 0x04, 0x0D, 0x0E, 0x12, 0x16: return nil
    default: throw .unknown("messages of kind \(number)")
    }
  }

  /// The only message of a kind; nil where there is none.
  func only(_ kind: Kind) throws(Fault) -> Message? {
    let found = messages.filter { $0.kind == kind }
    guard found.count <= 1 else { throw .damaged("an object has \(kind.rawValue) twice") }
    return found.first
  }
}
