/// What a group holds under a name.
indirect enum StoredNode: Sendable {
  case group(members: [String: StoredNode], attributes: [StoredAttribute])
  case dataset(StoredDataset, attributes: [StoredAttribute])
  /// The path of something else in the file, or of nothing.
  case link(String)

  var attributes: [StoredAttribute] {
    switch self {
    case .group(_, let attributes), .dataset(_, let attributes): attributes
    case .link: []
    }
  }
}

/// An attribute with its elements as they lie in the file.
struct StoredAttribute: Sendable {
  let name: String
  let type: StoredType
  /// Nil where it holds no data.
  let shape: [Int]?
  let bytes: [UInt8]

  init(_ message: ObjectHeader.Message) throws(Fault) {
    var cursor = message.cursor
    let version = try cursor.byte()
    guard 1...3 ~= version else { throw .damaged("an attribute has a bad version number") }
    guard try cursor.byte() & 3 == 0 || version == 1 else {
      throw .unknown("attributes that share their types")
    }
    let sizes = [try cursor.short(), try cursor.short(), try cursor.short()]
    if version == 3 { try cursor.skip(1) }
    func padded(_ size: Int) -> Int { version == 1 ? (size + 7) / 8 * 8 : size }
    name = try cursor.name(padded(sizes[0]))
    type = try StoredType(ByteCursor(try cursor.take(padded(sizes[1])), "an attribute's type"))
    shape = try StoredDataset.shape(
      ByteCursor(try cursor.take(padded(sizes[2])), "an attribute's data space"))
    guard let size = ((shape ?? [0]) + [type.size]).checkedProduct else {
      throw .damaged("an attribute is too large")
    }
    bytes = Array(try cursor.take(size))
  }
}

/// Reads the groups of a file from the root down: every object once, and none below itself.
struct TreeReader {
  /// Groups in one another at most.
  private static let depth = 64

  private let file: ByteFile
  /// Bytes that may still be read: of a sound file, the parts do not overlap.
  private var budget: Int
  private var known: [Int: StoredNode] = [:]
  private var above: Set<Int> = []

  /// The root of a file.
  static func root(of file: ByteFile) throws(Fault) -> StoredNode {
    var cursor = ByteCursor(
      try file.start(104, at: 0, "its superblock"), "the superblock (truncated file?)")
    try cursor.skip(8)
    let version = try cursor.byte()
    guard version <= 1 else { throw .unknown("a superblock of version number \(version)") }
    try cursor.skip(4)
    let sizes = [try cursor.byte(), try cursor.byte()]
    guard sizes == [8, 8] else { throw .unknown("addresses of \(sizes[0]) bytes") }
    try cursor.skip(version == 0 ? 9 : 13)
    _ = try cursor.address()
    _ = try cursor.address()
    let end = try cursor.size()
    guard try cursor.address() == nil else { throw .unknown("files that consist of several") }
    // A block of the user's own before the file counts, though other addresses begin behind it.
    guard end <= file.size else {
      throw .damaged("it has \(file.size) of \(end) bytes (truncated file)")
    }
    _ = try cursor.size()
    var reader = TreeReader(file: file)
    return try reader.node(at: try cursor.size())
  }

  private init(file: ByteFile) {
    self.file = file
    budget = file.size + 1 << 20
  }

  private mutating func spend(_ bytes: Int) throws(Fault) {
    budget -= bytes
    guard budget >= 0 else { throw .damaged("its parts overlap") }
  }

  /// The object whose header is at an address.
  private mutating func node(at address: Int) throws(Fault) -> StoredNode {
    if let node = known[address] { return node }
    guard above.count < Self.depth, above.insert(address).inserted else {
      throw .unknown("groups that lie in themselves, or in more than \(Self.depth) others")
    }
    defer { above.remove(address) }
    let header = try ObjectHeader(file, at: address)
    try spend(header.size)
    var attributes: [StoredAttribute] = []
    for message in header.messages where message.kind == .attribute {
      attributes.append(try StoredAttribute(message))
    }
    let node: StoredNode
    if let table = try header.only(.symbolTable) {
      var cursor = table.cursor
      let tree = try cursor.size()
      let names = try NameHeap(file, at: try cursor.size())
      try spend(names.size)
      let entries = try SymbolTable.entries(file, tree: tree)
      try spend(entries.count * 40)
      var members: [String: StoredNode] = [:]
      for entry in entries {
        let name = try names.name(at: entry.name)
        guard members[name] == nil, !name.isEmpty, name != ".", !name.contains("/") else {
          throw .damaged("a group has two members of one name, or one without")
        }
        switch entry.target {
        case .object(let address): members[name] = try self.node(at: address)
        case .link(let offset): members[name] = .link(try names.name(at: offset))
        }
      }
      node = .group(members: members, attributes: attributes)
    } else if let layout = try header.only(.layout) {
      node = .dataset(try StoredDataset(header, layout, file), attributes: attributes)
    } else {
      throw .unknown("objects that are neither groups nor datasets")
    }
    known[address] = node
    return node
  }
}

/// The names of a group's members.
private struct NameHeap {
  private let bytes: [UInt8]

  var size: Int { bytes.count }

  init(_ file: ByteFile, at address: Int) throws(Fault) {
    let what = "the names of a group"
    var cursor = ByteCursor(try file.bytes(32, at: address, what), what)
    try cursor.require("HEAP")
    try cursor.skip(4)
    let size = try cursor.size()
    _ = try cursor.number(8)
    bytes = try file.bytes(size, at: try cursor.size(), what)
  }

  func name(at offset: Int) throws(Fault) -> String {
    guard offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else {
      throw .damaged("a name lies outside of its group's names")
    }
    guard let name = String(validating: bytes[offset..<end], as: UTF8.self) else {
      throw .damaged("a name is not UTF-8")
    }
    return name
  }
}

/// The members of a group: leaves of a tree, each with the places of names and objects.
private enum SymbolTable {
  enum Target {
    /// The address of an object's header.
    case object(Int)
    /// The place of the text of a soft link.
    case link(Int)
  }

  static func entries(
    _ file: ByteFile, tree: Int
  ) throws(Fault) -> [(name: Int, target: Target)] {
    var entries: [(name: Int, target: Target)] = []
    for leaf in try ChunkTree.leaves(file, tree: tree, kind: 0, keySize: 8).map(\.child) {
      let what = "the members of a group"
      var cursor = ByteCursor(try file.bytes(8, at: leaf, what), what)
      try cursor.require("SNOD")
      try cursor.skip(2)
      let count = try cursor.short()
      var rest = ByteCursor(try file.bytes(count * 40, at: leaf + 8, what), what)
      for _ in 0..<count {
        let name = try rest.size()
        let header = try rest.number(8)
        let kind = try rest.word()
        try rest.skip(4)
        let scratch = try rest.word()
        try rest.skip(12)
        if kind == 2 {
          entries.append((name, .link(scratch)))
        } else {
          guard header < 1 << 62 else { throw .damaged("a member has an address of \(header)") }
          entries.append((name, .object(Int(header))))
        }
      }
    }
    return entries
  }
}
