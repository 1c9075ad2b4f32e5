internal import Datasets
internal import Files

/// The boxes that a search has found so far, in `FILE.part` beside its result: a search that was
/// stopped or killed goes on with them.
///
/// A line says what is searched and how; then come the records in order, each with its boxes and a
/// digest. What a crash tore off at the end is found again.
struct ProposalPieces {
  /// The boxes of a picture and the seconds of a core that they took.
  struct Found: Equatable {
    var boxes: [Box]
    var seconds: Double
  }

  let path: String
  /// What was there.
  private(set) var found: [Found] = []
  private let file: OpenFile
  private static let digestBytes = 8

  /// Goes on with the file beside `output`, or begins it where there is none; that of another
  /// search is an error.
  init(beside output: String, identity: String) throws {
    path = "\(output).part"
    TemporaryFile.removeLeftovers(of: path)
    let files = POSIXFiles.posix
    let head = Array("\(identity)\n".utf8)
    var kept = head
    if try files.exists(path) {
      let bytes = try files.read(path)
      guard bytes.starts(with: head) else {
        throw DatasetError(
          file: path,
          problem: "is what another search of the same name did before it was stopped",
          remedy: "finish that one, remove the file, or give another --output")
      }
      var at = head.count
      while let (next, end) = Self.record(in: bytes, at: at) {
        found.append(next)
        at = end
      }
      kept = Array(bytes[..<at])
      if at != bytes.count { try AtomicFile.write(kept, to: path) }
    } else {
      try AtomicFile.write(kept, to: path)
    }
    file = try files.open(path, .append)
  }

  /// Keeps what was found in the next picture.
  func append(_ next: Found) throws {
    let bytes = Self.bytes(of: next)
    try bytes.withUnsafeBytes { try POSIXFiles.posix.write($0, to: file) }
  }

  /// Waits until what was kept would survive a power loss.
  func sync() throws { try POSIXFiles.posix.sync(file) }

  /// Lets the file go; the result stands where it should.
  func remove() throws {
    try POSIXFiles.posix.close(file)
    try POSIXFiles.posix.remove(path)
  }

  /// Keeps the file for the next call.
  func close() throws { try POSIXFiles.posix.close(file) }

  private static func bytes(of next: Found) -> [UInt8] {
    let edges = next.boxes.flatMap { [$0.xMin, $0.yMin, $0.xMax, $0.yMax] }
    var body = little(UInt32(next.boxes.count)) + little(next.seconds.bitPattern)
    body += edges.flatMap { little($0.bitPattern) }
    var digest = Digest()
    digest.add(body)
    return body + digest.bytes.prefix(digestBytes)
  }

  /// The record that begins at a byte, and where it ends; nil where none is whole.
  private static func record(in bytes: [UInt8], at: Int) -> (Found, Int)? {
    func number<Number: FixedWidthInteger>(_ place: Int) -> Number {
      (0..<Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(bytes[place + $1]) }
    }
    guard at + 12 <= bytes.count else { return nil }
    let count = Int(number(at) as UInt32)
    let end = at + 12 + 16 * count
    guard end + digestBytes <= bytes.count else { return nil }
    var digest = Digest()
    digest.add(Array(bytes[at..<end]))
    guard digest.bytes.prefix(digestBytes).elementsEqual(bytes[end..<end + digestBytes]) else {
      return nil
    }
    let boxes = (0..<count).map { index in
      let edges = (0..<4).map { Float(bitPattern: number(at + 12 + 16 * index + 4 * $0)) }
      return Box(xMin: edges[0], yMin: edges[1], xMax: edges[2], yMax: edges[3])
    }
    return (
      Found(boxes: boxes, seconds: Double(bitPattern: number(at + 4))), end + digestBytes
    )
  }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }
}
