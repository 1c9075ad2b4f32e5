/// Where a text stops being XML, and why.
struct XMLFault: Error, Equatable {
  /// The byte of the file; nil where the file had to be converted to UTF-8 first.
  let offset: Int?
  let problem: String
}

/// Reads the elements of an XML file and what stands in them, one after another.
///
/// It is bounded: it holds the bytes, the names of the open elements and the text since the last
/// tag, and no file can name another or grow, as a document type is a fault. Attributes are checked
/// and passed over.
///
/// - Source: XML 1.0, fifth edition; productions in brackets.
struct XMLReader {
  enum Event: Equatable {
    case start(String)
    case end(String)
  }

  static let deepest = 32
  /// Bytes of text that are kept; whoever wants longer ones reads something else than VOC.
  static let longestText = 4096

  /// The names of the open elements, outermost first.
  private(set) var path: [String] = []
  /// What stands since the last tag, entities replaced.
  private(set) var text: [UInt8] = []
  /// The byte that is read next.
  private(set) var at: Int
  private let bytes: [UInt8]
  private let isConverted: Bool
  private var isOver = false
  /// An element that begins and ends in one tag, and whose end was not told yet.
  private var emptyElement: String?

  /// A reader of a file's bytes: UTF-8, UTF-16 or ISO 8859-1, as the file says.
  init(_ file: [UInt8]) throws(XMLFault) {
    (bytes, isConverted) = try XMLText.decoded(file)
    at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if let bad = XMLText.firstForbidden(in: bytes) {
      throw XMLFault(
        offset: isConverted ? nil : bad, problem: "byte \(bytes[bad]) is no character of XML")
    }
    if looksAt("<?xml"), at + 5 < bytes.count, XMLText.isBlank(bytes[at + 5]) {
      try skip(past: "?>", opening: 5, "the declaration of XML")
    }
  }

  func fault(_ problem: String) -> XMLFault {
    XMLFault(offset: isConverted ? nil : at, problem: problem)
  }

  /// The next begin or end of an element; nil where the root is closed and the file ends.
  mutating func next() throws(XMLFault) -> Event? {
    if let name = emptyElement {
      emptyElement = nil
      return try close(name)
    }
    while at < bytes.count {
      if bytes[at] != UInt8(ascii: "<") {
        try characters()
      } else if looksAt("<!--") {
        try comment()
      } else if looksAt("<![CDATA[") {
        try section()
      } else if looksAt("<?") {
        try instruction()
      } else if looksAt("<!") {
        throw fault("a declaration stands here; annotations have none")
      } else if looksAt("</") {
        return try endTag()
      } else {
        return try startTag()
      }
    }
    guard isOver else { throw fault("it ends here, before it is complete") }
    return nil
  }

  /// Forgets the text; the next begins after the last tag.
  mutating func clearText() { text.removeAll(keepingCapacity: true) }

  // [40] to [44]
  private mutating func startTag() throws(XMLFault) -> Event {
    guard !isOver else { throw fault("an element follows the outermost one") }
    at += 1
    let name = try self.name()
    var attributes: [String] = []
    while true {
      let blanks = skipBlanks()
      guard at < bytes.count else { throw fault("it ends inside of a tag") }
      if bytes[at] == UInt8(ascii: ">") || looksAt("/>") { break }
      guard blanks > 0 else { throw fault("this cannot stand in a tag") }
      let attribute = try self.attribute()
      guard !attributes.contains(attribute), attributes.count < 100 else {
        throw fault("attribute '\(attribute)' stands twice, or there are over 100")
      }
      attributes.append(attribute)
    }
    if bytes[at] == UInt8(ascii: "/") {
      at += 1
      emptyElement = name
    }
    at += 1
    path.append(name)
    guard path.count <= Self.deepest else {
      throw fault("its elements are nested more than \(Self.deepest) deep")
    }
    return .start(name)
  }

  private mutating func endTag() throws(XMLFault) -> Event {
    at += 2
    let name = try self.name()
    skipBlanks()
    guard looksAt(">") else { throw fault("an end tag ends with >") }
    at += 1
    return try close(name)
  }

  private mutating func close(_ name: String) throws(XMLFault) -> Event {
    guard path.last == name else {
      throw fault("</\(name)> closes \(path.last.map { "<\($0)>" } ?? "nothing")")
    }
    path.removeLast()
    isOver = path.isEmpty
    return .end(name)
  }

  // [41], [10]
  private mutating func attribute() throws(XMLFault) -> String {
    let name = try self.name()
    skipBlanks()
    guard looksAt("=") else { throw fault("attribute '\(name)' has no value") }
    at += 1
    skipBlanks()
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else {
      throw fault("the value of attribute '\(name)' is not quoted")
    }
    let quote = bytes[at]
    at += 1
    while at < bytes.count, bytes[at] != quote {
      if bytes[at] == UInt8(ascii: "<") { throw fault("< stands in the value of an attribute") }
      if bytes[at] == UInt8(ascii: "&") { _ = try reference() } else { at += 1 }
    }
    guard at < bytes.count else { throw fault("it ends inside of a value") }
    at += 1
    return name
  }

  // [14]
  private mutating func characters() throws(XMLFault) {
    let begin = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") {
      guard !path.isEmpty || XMLText.isBlank(bytes[at]) else {
        throw fault("text stands outside of all elements")
      }
      if looksAt("]]>") { throw fault("]]> stands in a text") }
      if bytes[at] == UInt8(ascii: "&") {
        keep(try reference().utf8)
      } else {
        keepPlain(since: begin)
      }
    }
  }

  private mutating func section() throws(XMLFault) {
    guard !path.isEmpty else { throw fault("text stands outside of all elements") }
    at += 9
    let begin = at
    while !looksAt("]]>") {
      guard at < bytes.count else { throw fault("it ends inside of a section of characters") }
      keepPlain(since: begin)
    }
    at += 3
  }

  /// Keeps the byte here; ends of lines become line feeds (2.11).
  private mutating func keepPlain(since begin: Int) {
    let byte = bytes[at]
    let isSecond = byte == 10 && at > begin && bytes[at - 1] == 13
    at += 1
    if !isSecond { keep(CollectionOfOne(byte == 13 ? 10 : byte)) }
  }

  /// One byte more than is allowed, so that who wants the text can tell.
  private mutating func keep(_ more: some Collection<UInt8>) {
    if text.count <= Self.longestText { text += more }
  }

  // [66] to [68]
  private mutating func reference() throws(XMLFault) -> String {
    let begin = at + 1
    guard let end = bytes[begin...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
      throw fault("& begins no entity")
    }
    let name = String(decoding: bytes[begin..<end], as: UTF8.self)
    guard let meaning = XMLText.meaning(of: name) else {
      throw fault("there is no entity &\(name);")
    }
    at = end + 1
    return meaning
  }

  // [15]
  private mutating func comment() throws(XMLFault) {
    try skip(past: "--", opening: 4, "a comment")
    guard looksAt(">") else { throw fault("-- stands in a comment") }
    at += 1
  }

  // [16], [17]
  private mutating func instruction() throws(XMLFault) {
    at += 2
    let target = try name()
    guard target.lowercased() != "xml" else {
      throw fault("the declaration of XML stands elsewhere than at the beginning")
    }
    try skip(past: "?>", opening: 0, "an instruction")
  }

  private mutating func skip(
    past end: StaticString, opening: Int, _ what: String
  ) throws(XMLFault) {
    at += opening
    while !looksAt(end) {
      guard at < bytes.count else { throw fault("it ends inside of \(what)") }
      at += 1
    }
    at += end.utf8CodeUnitCount
  }

  // [5]
  private mutating func name() throws(XMLFault) -> String {
    let begin = at
    guard at < bytes.count, XMLText.beginsName(bytes[at]) else {
      throw fault("no name stands here")
    }
    while at < bytes.count, XMLText.isInName(bytes[at]), at - begin < 256 { at += 1 }
    return String(decoding: bytes[begin..<at], as: UTF8.self)
  }

  @discardableResult
  private mutating func skipBlanks() -> Int {
    let begin = at
    while at < bytes.count, XMLText.isBlank(bytes[at]) { at += 1 }
    return at - begin
  }

  private func looksAt(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[at + $0] == word.utf8Start[$0] }
  }
}
