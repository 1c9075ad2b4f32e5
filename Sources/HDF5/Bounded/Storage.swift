/// Where the elements of a dataset lie.
enum Storage: Sendable {
  /// Nowhere: nothing was written, and all of them are the fill value.
  case none
  /// In the header itself.
  case compact([UInt8])
  /// In one piece at an address.
  case contiguous(Int)
  /// In pieces of this shape, which a tree at an address finds; nil where there is none yet.
  case chunked(tree: Int?, shape: [Int])
}

/// A filter that pieces went through.
enum Filter: Sendable {
  case deflate, shuffle(size: Int), fletcher32
}

/// A dataset as its header tells it.
struct StoredDataset: Sendable {
  let type: StoredType
  /// Nil where it holds no data.
  let shape: [Int]?
  let storage: Storage
  let filters: [Filter]
  /// One element that was never written.
  let fill: [UInt8]

  /// Reads the messages of a header.
  init(_ header: ObjectHeader, _ layout: ObjectHeader.Message, _ file: ByteFile) throws(Fault) {
    guard let space = try header.only(.space), let message = try header.only(.type) else {
      throw .damaged("a dataset has no type or no data space")
    }
    let type = try StoredType(message)
    let shape = try Self.shape(space)
    let size = type.size
    (self.type, self.shape) = (type, shape)
    filters =
      try header.only(.filters).map { (message) throws(Fault) in
        try Self.filters(message, size: size)
      } ?? []
    fill =
      try header.only(.fill).map { (message) throws(Fault) in
        try Self.fill(message, size: size)
      } ?? []
    guard let bytes = ((shape ?? [0]) + [size]).checkedProduct else {
      throw .damaged("its shape \(shape ?? []) is too large")
    }
    var cursor = layout.cursor
    let version = try cursor.byte()
    guard 1...4 ~= version else { throw .damaged("a layout has a bad version number") }
    guard version == 3 else { throw .unknown("layouts of version \(version)") }
    switch try cursor.byte() {
    case 0:
      let data = Array(try cursor.take(try cursor.short()))
      guard data.count >= bytes else { throw .damaged("a dataset is shorter than its shape") }
      storage = .compact(data)
    case 1:
      let address = try cursor.address()
      guard let address, bytes > 0 else {
        storage = .none
        return
      }
      guard try cursor.size() >= bytes else {
        throw .damaged("a dataset is shorter than its shape")
      }
      try file.require(bytes, at: address, "the end of a dataset")
      storage = .contiguous(address)
    case 2:
      let rank = try cursor.byte() - 1
      let tree = try cursor.address()
      var pieces: [Int] = []
      for _ in 0..<max(0, rank) { pieces.append(try cursor.word()) }
      guard let shape, rank == shape.count, rank > 0, !pieces.contains(0),
        try cursor.word() == size, (pieces + [size]).checkedProduct != nil
      else { throw .damaged("pieces of a dataset have no shape that fits") }
      storage = .chunked(tree: tree, shape: pieces)
    default: throw .damaged("a layout is of an unknown class")
    }
  }

  /// The shape that a message tells; nil where there is no data.
  static func shape(_ message: ObjectHeader.Message) throws(Fault) -> [Int]? {
    try shape(message.cursor)
  }

  static func shape(_ bytes: ByteCursor) throws(Fault) -> [Int]? {
    var cursor = bytes
    let version = try cursor.byte()
    let rank = try cursor.byte()
    _ = try cursor.byte()
    switch version {
    case 1: try cursor.skip(5)
    case 2: if try cursor.byte() == 2 { return nil }
    default: throw .damaged("a data space has a bad version number")
    }
    guard rank <= 32 else { throw .damaged("a data space has \(rank) axes") }
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(try cursor.size()) }
    return shape
  }

  private static func filters(
    _ message: ObjectHeader.Message, size: Int
  ) throws(Fault) -> [Filter] {
    var cursor = message.cursor
    let version = try cursor.byte()
    guard 1...2 ~= version else { throw .damaged("a filter pipeline has a bad version number") }
    let count = try cursor.byte()
    guard count <= 32 else { throw .damaged("a filter pipeline has \(count) filters") }
    if version == 1 { try cursor.skip(6) }
    var filters: [Filter] = []
    for _ in 0..<count {
      let number = try cursor.short()
      let name = version == 1 || number >= 256 ? try cursor.short() : 0
      _ = try cursor.short()
      let values = try cursor.short()
      try cursor.skip(version == 1 ? (name + 7) / 8 * 8 : name)
      try cursor.skip(4 * (version == 1 ? (values + 1) / 2 * 2 : values))
      switch number {
      case 1: filters.append(.deflate)
      case 2: filters.append(.shuffle(size: size))
      case 3: filters.append(.fletcher32)
      default: throw .unknown("the filter \(number)")
      }
    }
    return filters
  }

  private static func fill(
    _ message: ObjectHeader.Message, size: Int
  ) throws(Fault) -> [UInt8] {
    var cursor = message.cursor
    let version = try cursor.byte()
    guard 1...3 ~= version else { throw .damaged("a fill value has a bad version number") }
    if version == 3 {
      guard try cursor.byte() & 0x20 != 0 else { return [] }
    } else {
      try cursor.skip(2)
      if try cursor.byte() == 0 && version == 2 { return [] }
    }
    let count = try cursor.word()
    guard count > 0, count < 1 << 31 else { return [] }
    guard count == size else { throw .damaged("a fill value has \(count) bytes") }
    return Array(try cursor.take(count))
  }
}
