/// The texts of any length that a read refers to. A collection of them is read once, and all
/// together are no larger than the file.
struct StringHeap {
  private struct Collection {
    let bytes: [UInt8]
    var objects: [Int: Range<Int>] = [:]
  }

  private let file: ByteFile
  private var known: [Int: Collection] = [:]
  private var size = 0
  /// Bytes of texts so far: elements that all refer to one text must not fill the memory.
  private var handedOut = 0

  init(_ file: ByteFile) { self.file = file }

  /// Hands the bytes that a reference of 16 bytes stands for to `body`.
  mutating func withText<Value>(
    of reference: UnsafeRawBufferPointer, _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) throws(Fault) -> Value {
    func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
      Number(littleEndian: reference.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
    let count = Int(number(0, UInt32.self))
    let address = number(4, UInt64.self)
    let index = Int(number(12, UInt32.self))
    // What was never written refers to nothing.
    if count == 0 || address == 0 { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    guard address < 1 << 62 else { throw .damaged("a text has an address of \(address)") }
    let place = Int(address)
    if known[place] == nil { known[place] = try collection(at: place) }
    guard let collection = known[place], let range = collection.objects[index],
      count <= range.count
    else { throw .damaged("a text is not where it should be") }
    handedOut += count
    guard handedOut <= file.size + 64 << 20 else {
      throw .damaged("its texts are longer than the file")
    }
    return collection.bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[range.lowerBound..<range.lowerBound + count]))
    }
  }

  private mutating func collection(at address: Int) throws(Fault) -> Collection {
    let what = "a collection of texts"
    var head = ByteCursor(try file.bytes(16, at: address, what), what)
    try head.require("GCOL")
    guard try head.byte() == 1 else { throw .damaged("\(what) has a bad version number") }
    try head.skip(3)
    let count = try head.size()
    size += count
    guard count >= 16, size <= file.size else { throw .damaged("\(what) has \(count) bytes") }
    let bytes = try file.bytes(count, at: address, what)
    var collection = Collection(bytes: bytes)
    var cursor = ByteCursor(bytes, what)
    try cursor.skip(16)
    while cursor.left >= 16 {
      let index = try cursor.short()
      // The rest is free.
      if index == 0 { break }
      try cursor.skip(6)
      let size = try cursor.size()
      let start = cursor.position
      try cursor.skip(size)
      try cursor.skip(min(cursor.left, (8 - size % 8) % 8))
      collection.objects[index] = start..<start + size
    }
    return collection
  }
}
