internal import Files
internal import Glibc

/// Bytes collected on disk until their number is known. The file has no name, so that nothing stays
/// behind, whatever happens to the process.
struct Spool: ~Copyable {
  private let descriptor: CInt
  private let target: String
  private var pending: [UInt8] = []
  /// The SHA-256 of all bytes.
  private(set) var digest = Digest()
  /// Bytes collected so far.
  private(set) var count = 0

  /// A spool in the folder of `target`, whose name stands in errors.
  init(beside target: String) throws(DatasetError) {
    var opened = open(folder(of: target), O_TMPFILE_FLAG | O_RDWR | O_CLOEXEC, 0o600)
    if opened < 0 && errno != ENOENT && errno != EACCES {
      // Not every file system can make a file without a name.
      let name = TemporaryFile.newPath(for: target)
      opened = open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
      if opened >= 0 { unlink(name) }
    }
    guard opened >= 0 else {
      throw DatasetError(
        file: target, problem: "cannot write into its folder: \(FileError.reason())",
        remedy: "make the folder, or choose another")
    }
    descriptor = opened
    self.target = target
  }

  deinit { close(descriptor) }

  mutating func append(_ bytes: [UInt8]) throws(DatasetError) {
    digest.add(bytes)
    count += bytes.count
    pending += bytes
    if pending.count >= 1 << 20 { try flush() }
  }

  /// Hands all bytes to `body`, in order, in pieces of at most 8 MiB with their position.
  mutating func forEachPiece(
    _ body: (Int, [UInt8]) throws -> Void
  ) throws {
    try flush()
    var position = 0
    while position < count {
      let size = min(8 << 20, count - position)
      try body(position, readExactly(descriptor, at: position, count: size, file: target))
      position += size
    }
  }

  private mutating func flush() throws(DatasetError) {
    var written = 0
    while written < pending.count {
      let done = pending.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      }
      if done < 0 && errno == EINTR { continue }
      guard done > 0 else {
        throw DatasetError(
          file: target, problem: "\(count) bytes cannot be stored: \(FileError.reason())",
          remedy: freeSpaceWords(for: target))
      }
      written += done
    }
    pending.removeAll(keepingCapacity: true)
  }
}

/// `O_TMPFILE`, a combination that the C header builds from two flags.
private let O_TMPFILE_FLAG: CInt = 0o20_000_000 | O_DIRECTORY

/// How to make room where `path` lies.
func freeSpaceWords(for path: String) -> String {
  let free = POSIXFiles.posix.freeBytes(folder(of: path))
  return (free.map { "\($0) bytes are free there; " } ?? "") + "make room or write elsewhere"
}
