internal import Compression

/// The trees of version 1, which find the members of groups and the pieces of datasets.
enum ChunkTree {
  /// A child of a lowest node, with the key before it.
  struct Leaf {
    let key: ArraySlice<UInt8>
    let child: Int
  }

  /// The children of the lowest nodes, in order. Every node is read once, and each is one level
  /// below its parent, so that no circle is possible.
  static func leaves(
    _ file: ByteFile, tree: Int, kind: Int, keySize: Int
  ) throws(Fault) -> [Leaf] {
    var leaves: [Leaf] = []
    var seen: Set<Int> = []
    var waiting: [(address: Int, level: Int?)] = [(tree, nil)]
    var size = 0
    while let node = waiting.popLast() {
      guard seen.insert(node.address).inserted else { throw .damaged("a tree grows in a circle") }
      let what = "a node of a tree"
      var cursor = ByteCursor(try file.bytes(24, at: node.address, what), what)
      try cursor.require("TREE")
      guard try cursor.byte() == kind else { throw .damaged("\(what) is of another kind") }
      let level = try cursor.byte()
      guard level == node.level ?? level else { throw .damaged("\(what) is of another level") }
      let count = try cursor.short()
      size += 24 + count * (keySize + 8)
      guard size <= file.size else { throw .damaged("the nodes of a tree overlap") }
      var rest = ByteCursor(
        try file.bytes(count * (keySize + 8), at: node.address + 24, what), what)
      var children: [Leaf] = []
      for _ in 0..<count {
        let key = try rest.take(keySize)
        children.append(Leaf(key: key, child: try rest.size()))
      }
      if level == 0 {
        leaves += children
      } else {
        waiting += children.reversed().map { ($0.child, level - 1) }
      }
    }
    return leaves
  }
}

/// Reads the pieces of a dataset and undoes their filters.
struct ChunkReader {
  private struct Chunk {
    let start: [Int]
    let address, size: Int
    /// The filters that this piece did not go through, one bit each.
    let skipped: UInt32
  }

  private let file: ByteFile
  private let dataset: StoredDataset
  private let shape: [Int]
  private let chunkShape: [Int]
  private let chunkBytes: Int
  private let chunks: [Chunk]

  init(
    _ file: ByteFile, _ dataset: StoredDataset, shape: [Int], chunkShape: [Int], tree: Int?,
    limit: Int
  ) throws(Fault) {
    (self.file, self.dataset, self.shape, self.chunkShape) = (file, dataset, shape, chunkShape)
    guard let bytes = (chunkShape + [dataset.type.size]).checkedProduct, bytes <= limit else {
      throw .damaged("a piece of shape \(chunkShape) is larger than the limit of \(limit) bytes")
    }
    chunkBytes = bytes
    var chunks: [Chunk] = []
    var starts: Set<[Int]> = []
    if let tree {
      let keySize = 8 + 8 * (shape.count + 1)
      for leaf in try ChunkTree.leaves(file, tree: tree, kind: 1, keySize: keySize) {
        var cursor = ByteCursor(leaf.key, "the place of a piece")
        let size = try cursor.word()
        let skipped = UInt32(try cursor.number(4))
        var start: [Int] = []
        for _ in shape { start.append(try cursor.size()) }
        try file.require(size, at: leaf.child, "a piece of a dataset")
        guard starts.insert(start).inserted,
          zip(start, chunkShape).allSatisfy({ $0.isMultiple(of: $1) })
        else { throw .damaged("pieces of a dataset overlap") }
        chunks.append(Chunk(start: start, address: leaf.child, size: size, skipped: skipped))
      }
    }
    self.chunks = chunks
  }

  /// Copies the elements of these rows to `target`, which holds fill values.
  func copy(_ rows: Range<Int>, to target: UnsafeMutableRawBufferPointer) throws(Fault) {
    for chunk in chunks {
      let covered = chunk.start[0]..<chunk.start[0] + chunkShape[0]
      guard covered.overlaps(rows), zip(chunk.start, shape).allSatisfy({ $0 < $1 })
      else { continue }
      let bytes = try decoded(chunk)
      bytes.withUnsafeBytes { source in
        copy(
          axis: 0, chunk, rows, source, sourceAt: 0, target, targetAt: 0,
          sizes: (strides(chunkShape), strides(shape)))
      }
    }
  }

  /// Bytes from one index of each axis to the next.
  private func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: dataset.type.size, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  private func copy(
    axis: Int, _ chunk: Chunk, _ rows: Range<Int>, _ source: UnsafeRawBufferPointer,
    sourceAt: Int, _ target: UnsafeMutableRawBufferPointer, targetAt: Int,
    sizes: (source: [Int], target: [Int])
  ) {
    let wanted = axis == 0 ? rows : 0..<shape[axis]
    let start = chunk.start[axis]
    let inside = max(start, wanted.lowerBound)..<min(start + chunkShape[axis], wanted.upperBound)
    let from = sourceAt + (inside.lowerBound - start) * sizes.source[axis]
    let to = targetAt + (inside.lowerBound - wanted.lowerBound) * sizes.target[axis]
    if axis == shape.count - 1 {
      let count = inside.count * dataset.type.size
      UnsafeMutableRawBufferPointer(rebasing: target[to..<to + count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + count]))
      return
    }
    for index in 0..<inside.count {
      copy(
        axis: axis + 1, chunk, rows, source, sourceAt: from + index * sizes.source[axis], target,
        targetAt: to + index * sizes.target[axis], sizes: sizes)
    }
  }

  private func decoded(_ chunk: Chunk) throws(Fault) -> [UInt8] {
    var bytes = try file.bytes(chunk.size, at: chunk.address, "a piece of a dataset")
    for (number, filter) in dataset.filters.enumerated().reversed()
    where chunk.skipped >> UInt32(number) & 1 == 0 {
      switch filter {
      case .deflate:
        do {
          bytes = try Inflate.bytes(of: bytes, .zlib, limit: chunkBytes + 64)
        } catch { throw .damaged("\(error)") }
      case .shuffle(let size): bytes = Self.unshuffled(bytes, size)
      case .fletcher32: bytes = try Self.checked(bytes)
      }
    }
    guard bytes.count >= chunkBytes else { throw .damaged("a piece of a dataset is too short") }
    return bytes
  }

  /// Bytes sorted by their significance, back in the order of elements.
  private static func unshuffled(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
    let count = bytes.count / size
    guard size > 1, count > 1 else { return bytes }
    var result = bytes
    for byte in 0..<size {
      for index in 0..<count { result[index * size + byte] = bytes[byte * count + index] }
    }
    return result
  }

  /// The bytes before a checksum at the end, which must agree.
  private static func checked(_ bytes: [UInt8]) throws(Fault) -> [UInt8] {
    guard bytes.count >= 4 else { throw .damaged("a piece of a dataset has no checksum") }
    let data = bytes.dropLast(4)
    let (low, high): (UInt32, UInt32) = sums(data)
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored == high << 16 | low else {
      throw .damaged("a piece of a dataset does not agree with its checksum")
    }
    return Array(data)
  }

  /// Fletcher's sums over big-endian words of 16 bits.
  private static func sums(_ bytes: ArraySlice<UInt8>) -> (UInt32, UInt32) {
    var (low, high): (UInt32, UInt32) = (0, 0)
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let second = at + 1 < bytes.endIndex ? UInt32(bytes[at + 1]) : 0
      low = (low + (UInt32(bytes[at]) << 8 | second)) % 65_535
      high = (high + low) % 65_535
      at += 2
    }
    return (low, high)
  }
}
