public import Files

/// A dataset with the chosen rows worked out: what both numbers and strings need to be read.
struct RowSelection {
  let shape: [Int]
  let runs: [Range<Int>]
  /// Elements in one row, and in all runs together.
  let row, total: Int

  init(_ dataset: borrowing HDF5Dataset, _ rows: HDF5Rows) throws(HDF5Error) {
    let shape = try dataset.shape
    let place = dataset.place
    guard let chosen = rows.runs(of: shape.first ?? 1) else {
      throw place.error("read", "rows lie outside its \(shape.first ?? 1) rows: \(rows.bounds)")
    }
    guard let row = Array(shape.dropFirst()).checkedProduct,
      let total = [row, chosen.total].checkedProduct
    else { throw place.error("read", "its shape \(shape) is too large") }
    (self.shape, runs, self.row, self.total) = (shape, chosen.runs, row, total)
  }
}

/// A digest of many texts, each followed by a zero byte.
struct TextDigest {
  private var digest = Digest()
  private var pending: [UInt8] = []

  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    pending += text
    pending.append(0)
    if pending.count >= 1 << 16 { flush() }
  }

  private mutating func flush() {
    digest.add(pending)
    pending.removeAll(keepingCapacity: true)
  }

  var hexadecimal: String {
    var copy = self
    copy.flush()
    return copy.digest.hexadecimal
  }
}

extension HDF5Dataset {
  /// Bytes of elements that are in memory at a time.
  private static let pieceSize = 1 << 20

  /// Throws when `bytes` is more than one read may return.
  func checkLimit(_ bytes: Int?) throws(HDF5Error) {
    guard let bytes, bytes <= limit else {
      throw place.error(
        "read",
        "\(bytes.map(String.init) ?? "more than 2^63") bytes exceed the limit of \(limit); read "
          + "fewer rows, or open the file with a higher limit")
    }
  }

  /// Hands the elements of the chosen rows to `body` as they lie in the file, whole ones, in order.
  func forEachPiece(
    _ chosen: RowSelection, _ body: (UnsafeRawBufferPointer) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    guard chosen.total > 0 else { return }
    let size = stored.type.size
    do {
      switch stored.storage {
      case .contiguous, .compact, .none:
        let count = max(1, Self.pieceSize / size)
        var buffer = [UInt8](repeating: 0, count: min(count, chosen.total) * size)
        if case .none = stored.storage { fill(&buffer) }
        for run in chosen.runs {
          let end = run.upperBound * chosen.row
          for start in stride(from: run.lowerBound * chosen.row, to: end, by: count) {
            let bytes = min(count, end - start) * size
            try load(start * size, bytes, &buffer)
            try buffer.withUnsafeBytes { raw throws in
              try body(UnsafeRawBufferPointer(rebasing: raw[..<bytes]))
            }
          }
        }
      case .chunked(let tree, let chunkShape):
        let reader = try ChunkReader(
          file, stored, shape: chosen.shape, chunkShape: chunkShape, tree: tree, limit: limit)
        for run in chosen.runs where run.count * chosen.row > 0 {
          let bytes = [run.count, chosen.row, size].checkedProduct
          try checkLimit(bytes)
          var buffer = [UInt8](repeating: 0, count: bytes ?? 0)
          fill(&buffer)
          try buffer.withUnsafeMutableBytes { raw throws in try reader.copy(run, to: raw) }
          try buffer.withUnsafeBytes { raw throws in try body(raw) }
        }
      }
    } catch let error as HDF5Error {
      throw error
    } catch {
      throw place.error("read", error)
    }
  }

  /// Fills the beginning of `buffer` with `count` bytes of the elements, from `start` on.
  private func load(_ start: Int, _ count: Int, _ buffer: inout [UInt8]) throws {
    switch stored.storage {
    case .contiguous(let address):
      try buffer.withUnsafeMutableBytes { raw throws in
        try file.fill(
          UnsafeMutableRawBufferPointer(rebasing: raw[..<count]), at: address + start)
      }
    case .compact(let bytes):
      buffer.replaceSubrange(0..<count, with: bytes[start..<start + count])
    case .none, .chunked: break
    }
  }

  /// Fills `buffer` with elements that were never written.
  private func fill(_ buffer: inout [UInt8]) {
    guard stored.fill.contains(where: { $0 != 0 }) else { return }
    for index in buffer.indices { buffer[index] = stored.fill[index % stored.fill.count] }
  }

  /// Hands each string of the chosen rows to `body`, without what fills it up.
  func forEachText(
    _ chosen: RowSelection, _ body: (UnsafeBufferPointer<UInt8>) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    var heap = StringHeap(file)
    let (type, place) = (stored.type, place)
    try forEachPiece(chosen) { piece throws(HDF5Error) in
      try type.forEachText(piece, &heap, place, body)
    }
  }
}

extension StoredType {
  /// Hands each of the strings that lie in these bytes to `body`.
  func forEachText(
    _ bytes: UnsafeRawBufferPointer, _ heap: inout StringHeap, _ place: Place,
    _ body: (UnsafeBufferPointer<UInt8>) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    for start in stride(from: 0, to: bytes.count - size + 1, by: size) {
      let element = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
      if case .string(bytes: nil) = type {
        var failure: HDF5Error?
        do throws(Fault) {
          try heap.withText(of: element) { text in
            do throws(HDF5Error) { try body(text) } catch { failure = error }
          }
        } catch { throw place.error("read", error) }
        if let failure { throw failure }
        continue
      }
      let text = element.bindMemory(to: UInt8.self)
      var count = text.firstIndex(of: 0) ?? size
      while padding == .spaces, count > 0, text[count - 1] == 32 { count -= 1 }
      try body(UnsafeBufferPointer(rebasing: text[..<count]))
    }
  }
}

extension HDF5Number {
  /// The elements of the chosen rows of `dataset`, row by row.
  public static func elements(
    of dataset: borrowing HDF5Dataset, rows: HDF5Rows
  ) throws(HDF5Error) -> [Self] {
    let chosen = try RowSelection(dataset, rows)
    let size = MemoryLayout<Self>.size
    let stored = dataset.stored.type
    try dataset.checkLimit([chosen.total, max(size, stored.size)].checkedProduct)
    let recorded = rows == .all ? dataset.recordedDigest : nil
    var digest = Digest()
    var failure: HDF5Error?
    let values = [Self](unsafeUninitializedCapacity: chosen.total) { buffer, filled in
      guard let target = buffer.baseAddress else { return }
      do throws(HDF5Error) {
        try dataset.forEachPiece(chosen) { piece throws(HDF5Error) in
          if recorded != nil { digest.add(piece) }
          convert(piece, stored, to: target + filled)
          filled += piece.count / stored.size
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    if let recorded { try dataset.require(recorded, digest.hexadecimal) }
    return values
  }

  /// Makes numbers of the elements of a stored type of numbers.
  static func convert(
    _ bytes: UnsafeRawBufferPointer, _ stored: StoredType, to target: UnsafeMutablePointer<Self>
  ) {
    if stored.isNative && stored.type == hdf5Type {
      UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyMemory(from: bytes)
      return
    }
    func each<Stored: FixedWidthInteger>(_: Stored.Type, _ make: (Stored) -> Self) {
      let size = MemoryLayout<Stored>.size
      for index in 0..<bytes.count / size {
        let raw = bytes.loadUnaligned(fromByteOffset: index * size, as: Stored.self)
        let value = stored.isBigEndian ? Stored(bigEndian: raw) : Stored(littleEndian: raw)
        (target + index).initialize(to: make(value))
      }
    }
    switch stored.type {
    case .integer(8, true): each(Int8.self) { nearest(to: Int64($0)) }
    case .integer(16, true): each(Int16.self) { nearest(to: Int64($0)) }
    case .integer(32, true): each(Int32.self) { nearest(to: Int64($0)) }
    case .integer(_, true): each(Int64.self) { nearest(to: $0) }
    case .integer(8, false): each(UInt8.self) { nearest(to: UInt64($0)) }
    case .integer(16, false): each(UInt16.self) { nearest(to: UInt64($0)) }
    case .integer(32, false): each(UInt32.self) { nearest(to: UInt64($0)) }
    case .integer(_, false): each(UInt64.self) { nearest(to: $0) }
    case .float(16): each(UInt16.self) { nearest(to: Double(Float16(bitPattern: $0))) }
    case .float(32): each(UInt32.self) { nearest(to: Double(Float(bitPattern: $0))) }
    case .float: each(UInt64.self) { nearest(to: Double(bitPattern: $0)) }
    case .string, .other: preconditionFailure("HDF5Number: \(stored.type) is no number")
    }
  }
}

extension String: HDF5Element {
  /// UTF-8 of any length.
  public static var hdf5Type: HDF5Type { .string(bytes: nil) }

  /// The strings of the chosen rows of `dataset`; throws where one is not UTF-8.
  public static func elements(
    of dataset: borrowing HDF5Dataset, rows: HDF5Rows
  ) throws(HDF5Error) -> [String] {
    let chosen = try RowSelection(dataset, rows)
    let place = dataset.place
    try dataset.checkLimit(
      [chosen.total, Swift.max(MemoryLayout<String>.size, dataset.stored.type.size)].checkedProduct)
    let recorded = rows == .all ? dataset.recordedDigest : nil
    var digest = TextDigest()
    var strings: [String] = []
    strings.reserveCapacity(chosen.total)
    try dataset.forEachText(chosen) { text throws(HDF5Error) in
      if recorded != nil { digest.add(text) }
      guard let string = String(validating: text, as: UTF8.self) else {
        throw place.error("read", "string \(strings.count) is not UTF-8")
      }
      strings.append(string)
    }
    if let recorded { try dataset.require(recorded, digest.hexadecimal) }
    return strings
  }

  /// Adds each string and a zero byte.
  public static func add(_ values: [String], to digest: inout Digest) {
    digest.add(values.flatMap { Array($0.utf8) + [0] })
  }

  /// Strings of the length of the longest, filled up with zeros.
  public static func withStored<Result>(
    _ values: [String], _ body: (HDF5Type, UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let size = Swift.max(1, values.map(\.utf8.count).max() ?? 1)
    var bytes = [UInt8](repeating: 0, count: values.count * size)
    bytes.withUnsafeMutableBytes { target in
      for (index, value) in values.enumerated() {
        var copy = value
        copy.withUTF8 { text in
          UnsafeMutableRawBufferPointer(rebasing: target[(index * size)...])
            .copyMemory(from: UnsafeRawBufferPointer(text))
        }
      }
    }
    return bytes.withUnsafeBytes { body(.string(bytes: size), $0) }
  }
}
