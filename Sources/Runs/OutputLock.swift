#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The right to make a file, for work that goes on where an earlier call was stopped: two calls
/// would take each other's parts away. It lies beside the file as `FILE.lock`, and goes with the
/// process that has it; the file itself goes when the work is done.
public final class OutputLock: Sendable {
  private let path: String
  private let descriptor: Int32

  /// Takes the lock of a file that need not be there; where another process has it, the error names
  /// that process.
  public init(for output: String) throws(RunError) {
    path = "\(output).lock"
    while true {
      let descriptor = try RunLock.locked(path, naming: output)
      // Whoever had it before may have removed the file since it was opened.
      var (mine, there) = (stat(), stat())
      if fstat(descriptor, &mine) == 0, stat(path, &there) == 0, mine.st_ino == there.st_ino {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
