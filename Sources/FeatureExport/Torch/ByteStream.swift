internal import Files
internal import Networks

/// A file that is read by position, never beyond its end.
struct FileBytes {
  let path: String
  /// Bytes of the file.
  let size: Int

  init(_ path: String) throws(ArchiveError) {
    self.path = path
    do { size = try POSIXFiles.posix.size(path) } catch {
      throw ArchiveError(file: path, problem: "cannot be read: \(error.problem)")
    }
  }

  /// `count` bytes at an offset; a place that is not in the file is an error.
  func bytes(at offset: Int, count: Int) throws(ArchiveError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw ArchiveError(file: path, problem: "is cut off: \(count) bytes at \(offset) of \(size)")
    }
    let bytes: [UInt8]
    do { bytes = try POSIXFiles.posix.read(path, at: offset, count: count) } catch {
      throw ArchiveError(file: path, problem: "cannot be read: \(error.problem)")
    }
    guard bytes.count == count else {
      throw ArchiveError(file: path, problem: "became shorter while it was read")
    }
    return bytes
  }
}

/// Bytes taken one after another, from memory or through a window on a file; the end is an error,
/// never a trap.
struct ByteStream {
  /// The file in errors.
  let source: String
  private let what: String
  private let file: FileBytes?
  private var window: [UInt8]
  private var windowStart = 0
  private(set) var position = 0
  let end: Int

  private static let windowSize = 1 << 16

  /// Bytes in memory, which errors call `what`.
  init(_ bytes: [UInt8], of source: String, _ what: String) {
    (self.source, self.what, file, window, end) = (source, what, nil, bytes, bytes.count)
  }

  /// The bytes of a file.
  init(_ file: FileBytes, _ what: String) {
    (source, self.what, self.file, window, end) = (file.path, what, file, [], file.size)
  }

  /// Bytes that are left.
  var left: Int { end - position }

  /// An error about these bytes.
  func failure(_ problem: String) -> ArchiveError { .init(file: source, problem: problem) }

  mutating func byte() throws(ArchiveError) -> UInt8 {
    try require(1)
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// A number of up to 8 bytes, the lowest first.
  mutating func number(_ count: Int) throws(ArchiveError) -> UInt64 {
    try require(count)
    var value: UInt64 = 0
    for index in (0..<count).reversed() {
      value = value << 8 | UInt64(window[position - windowStart + index])
    }
    position += count
    return value
  }

  /// A size or an offset of 8 bytes; one that no file has is damage.
  mutating func size() throws(ArchiveError) -> Int {
    let value = try number(8)
    guard value < 1 << 62 else { throw failure("is damaged: \(what) has a size of \(value)") }
    return Int(value)
  }

  /// The next bytes.
  mutating func take(_ count: Int) throws(ArchiveError) -> [UInt8] {
    guard count >= 0, count <= left else { throw ended }
    defer { position += count }
    if let file, count > Self.windowSize { return try file.bytes(at: position, count: count) }
    try require(count)
    return Array(window[position - windowStart..<position - windowStart + count])
  }

  /// The next bytes as text.
  mutating func text(_ count: Int) throws(ArchiveError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw failure("is damaged: \(what) has a text that is not UTF-8")
    }
    return text
  }

  mutating func skip(_ count: Int) throws(ArchiveError) {
    guard count >= 0, count <= left else { throw ended }
    position += count
  }

  private var ended: ArchiveError { failure("is cut off: \(what) ends too early") }

  /// Throws unless `count` bytes, at most a window's, are left; brings them into the window.
  private mutating func require(_ count: Int) throws(ArchiveError) {
    guard count <= left else { throw ended }
    guard let file, position < windowStart || position + count > windowStart + window.count else {
      return
    }
    window = try file.bytes(at: position, count: min(max(Self.windowSize, count), left))
    windowStart = position
  }
}
