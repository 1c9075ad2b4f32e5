/// Undoes the compression of zlib, never into more bytes than expected.
///
/// - Source: RFC 1950 and 1951; the decoding by counted lengths follows Adler's `puff`.
struct Inflate {
  private let bytes: [UInt8]
  private var at: Int
  private var (buffer, held): (UInt32, Int) = (0, 0)
  private var output: [UInt8] = []
  private let limit: Int

  /// The bytes that were compressed; more than `limit`, and a checksum that differs, are damage.
  static func zlib(_ bytes: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
    guard bytes.count >= 6, bytes[0] & 15 == 8, bytes[1] & 0x20 == 0,
      (Int(bytes[0]) << 8 | Int(bytes[1])).isMultiple(of: 31)
    else { throw .damaged("compressed bytes have no beginning") }
    var inflate = Inflate(bytes: bytes, at: 2, limit: limit)
    while try inflate.block() {}
    let end = inflate.at
    guard end + 4 <= bytes.count else { throw .damaged("compressed bytes end too early") }
    let stored = bytes[end..<end + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored == adler(inflate.output) else {
      throw .damaged("compressed bytes do not agree with their checksum")
    }
    return inflate.output
  }

  private init(bytes: [UInt8], at: Int, limit: Int) {
    (self.bytes, self.at, self.limit) = (bytes, at, limit)
    output.reserveCapacity(limit)
  }

  /// Decodes one block; false after the last.
  private mutating func block() throws(Fault) -> Bool {
    let isLast = try bits(1) == 1
    switch try bits(2) {
    case 0:
      (buffer, held) = (0, 0)
      guard at + 4 <= bytes.count else { throw .damaged("compressed bytes end too early") }
      let count = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      let inverse = Int(bytes[at + 2]) | Int(bytes[at + 3]) << 8
      at += 4
      guard count == ~inverse & 0xFFFF, at + count <= bytes.count, output.count + count <= limit
      else { throw .damaged("a stored block does not fit") }
      output += bytes[at..<at + count]
      at += count
    case 1: try codes(Self.fixedLengths, Self.fixedDistances)
    case 2:
      let (lengths, distances) = try dynamicCodes()
      try codes(lengths, distances)
    default: throw .damaged("a block of compressed bytes is of no known kind")
    }
    return !isLast
  }

  private mutating func bits(_ count: Int) throws(Fault) -> Int {
    while held < count {
      guard at < bytes.count else { throw .damaged("compressed bytes end too early") }
      buffer |= UInt32(bytes[at]) << UInt32(held)
      at += 1
      held += 8
    }
    let value = buffer & (1 << UInt32(count) - 1)
    buffer >>= UInt32(count)
    held -= count
    return Int(value)
  }

  /// A code: how many words have each length, and the symbols in the order of their words.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int]

    init(_ lengths: [Int]) throws(Fault) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      var left = 1
      for length in 1..<16 {
        left = left * 2 - counts[length]
        guard left >= 0 else { throw .damaged("a code has too many words") }
      }
      var places = [Int](repeating: 0, count: 17)
      for length in 1..<16 { places[length + 1] = places[length] + counts[length] }
      symbols = [Int](repeating: 0, count: places[16])
      for (symbol, length) in lengths.enumerated() where length > 0 {
        symbols[places[length]] = symbol
        places[length] += 1
      }
    }
  }

  private mutating func symbol(_ code: Code) throws(Fault) -> Int {
    var (word, first, index) = (0, 0, 0)
    for length in 1..<16 {
      word |= try bits(1)
      let count = code.counts[length]
      if word - count < first { return code.symbols[index + word - first] }
      index += count
      first = (first + count) << 1
      word <<= 1
    }
    throw .damaged("compressed bytes hold a word of no code")
  }

  private mutating func codes(_ lengths: Code, _ distances: Code) throws(Fault) {
    while true {
      let symbol = try symbol(lengths)
      if symbol == 256 { return }
      if symbol < 256 {
        guard output.count < limit else { throw tooLong }
        output.append(UInt8(symbol))
        continue
      }
      guard symbol < 286 else { throw .damaged("compressed bytes hold an unknown length") }
      let count = Self.lengthBase[symbol - 257] + (try bits(Self.lengthBits[symbol - 257]))
      let place = try self.symbol(distances)
      guard place < 30 else { throw .damaged("compressed bytes hold an unknown distance") }
      let distance = Self.distanceBase[place] + (try bits(Self.distanceBits[place]))
      guard distance <= output.count else {
        throw .damaged("compressed bytes repeat what was not there")
      }
      guard output.count + count <= limit else { throw tooLong }
      for _ in 0..<count { output.append(output[output.count - distance]) }
    }
  }

  private var tooLong: Fault { .damaged("compressed bytes are more than expected") }

  private mutating func dynamicCodes() throws(Fault) -> (Code, Code) {
    let lengthCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let codeCount = try bits(4) + 4
    guard lengthCount <= 286, distanceCount <= 30 else {
      throw .damaged("a code has too many words")
    }
    var sizes = [Int](repeating: 0, count: 19)
    for index in 0..<codeCount { sizes[Self.order[index]] = try bits(3) }
    let code = try Code(sizes)
    var lengths: [Int] = []
    while lengths.count < lengthCount + distanceCount {
      let symbol = try symbol(code)
      if symbol < 16 {
        lengths.append(symbol)
        continue
      }
      let repeated = symbol == 16 ? lengths.last : 0
      guard let repeated else { throw .damaged("a code repeats what was not there") }
      let extra = symbol == 16 ? (3, 2) : symbol == 17 ? (3, 3) : (11, 7)
      let count = extra.0 + (try bits(extra.1))
      lengths += [Int](repeating: repeated, count: count)
    }
    guard lengths.count == lengthCount + distanceCount else {
      throw .damaged("a code has too many words")
    }
    return (
      try Code(Array(lengths[..<lengthCount])), try Code(Array(lengths[lengthCount...]))
    )
  }

  private static let order = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]
  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
  ]
  private static let fixedLengths = try! Code(
    (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = try! Code([Int](repeating: 5, count: 30))

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }
}
