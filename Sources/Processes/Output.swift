internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// All that the program says: results on standard output, everything else on standard error.
///
/// Nothing here ends the program. What standard error does not take is lost: a full disk under a
/// log is no reason to end a run. Results that standard output does not take are noted, so that
/// `problem` can become the exit status once the work is saved.
public enum Output {
  /// Writes a result and a line feed to standard output.
  public static func show(_ result: some CustomStringConvertible) {
    guard let code = write("\(result)\n", to: STDOUT_FILENO) else { return }
    _ = failure.compareExchange(expected: 0, desired: code, ordering: .relaxed)
  }

  /// Writes a line to standard error.
  public static func say(_ line: String) { write("\(line)\n") }

  /// Writes text to standard error as it is, such as a bar that is redrawn.
  public static func write(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Why results were lost; nil while standard output took them all. Empty where the reader of a
  /// pipe has left, who wants no word about it.
  public static var problem: String? {
    switch failure.load(ordering: .relaxed) {
    case 0: nil
    case EPIPE: ""
    case let code: "standard output cannot be written: \(String(cString: strerror(code)))"
    }
  }

  /// Makes standard streams that were closed before the start fail when they are used. Otherwise
  /// the next file that is opened takes such a number, and progress is written into data.
  public static func secureStreams() {
    for (stream, mode) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
    ] where fcntl(stream, F_GETFD) < 0 {
      let opened = open("/dev/null", mode)
      if opened >= 0 && opened != stream {
        dup2(opened, stream)
        close(opened)
      }
    }
  }

  /// Writes all bytes; the system's number of what went wrong where it did not take them.
  private static func write(_ text: String, to stream: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = systemWrite(stream, bytes.baseAddress! + sent, bytes.count - sent)
        if count > 0 {
          sent += count
          continue
        }
        let code = count == 0 ? ENOSPC : errno
        switch code {
        case EINTR: continue
        case EAGAIN:
          // A terminal that is shared with a program that does not block; it takes more soon.
          var request = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
          if poll(&request, 1, 1000) == 0 && stream == STDERR_FILENO { return code }
        default: return code
        }
      }
      return nil
    }
  }
}

/// The first failure of standard output.
private let failure = Atomic<Int32>(0)

private func systemWrite(_ stream: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  write(stream, bytes, count)
}
