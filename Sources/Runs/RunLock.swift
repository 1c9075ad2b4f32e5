internal import Files

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The right to write into a folder: only one process has it, and it goes with the process.
public final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a folder; where another has it, the error names that process.
  public init(folder: String) throws(RunError) {
    descriptor = try Self.locked("\(folder)/.lock", naming: folder)
  }

  /// The descriptor of a file that nobody else has locked, made where it is missing and holding the
  /// number of this process; errors speak of `name`.
  static func locked(_ path: String, naming name: String) throws(RunError) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunError(path: path, problem: "cannot be opened: \(FileError.reason())")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      var text = [UInt8](repeating: 0, count: 20)
      let count = pread(descriptor, &text, text.count, 0)
      close(descriptor)
      guard code == EWOULDBLOCK else {
        throw RunError(path: path, problem: "cannot be locked: \(FileError.reason(code))")
      }
      let holder = String(decoding: text.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
      throw RunError(
        path: name, problem: "is in use by process \(holder); wait for it, or end it first")
    }
    // The lock counts, not the text: a number that could not be written is only missing in
    // messages.
    let line = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, line, line.count, 0) }
    return descriptor
  }

  deinit {
    // A child that is between fork and exec has a copy of the descriptor, and would keep the lock.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
