internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// All that the program says: results on standard output, everything else on standard error. With
/// `--json` standard output has one object a line for all of it.
///
/// Nothing here ends the program. What standard error does not take is lost: a full disk under a
/// log is no reason to end a run. Results that standard output does not take are noted, so that
/// `problem` can become the exit status once the work is saved.
public enum Output {
  /// Makes an object on one line of a report.
  public typealias Writer = @Sendable (Report) throws -> String

  /// Chooses how things are said from now on: as words for people, or as what `objects` makes of
  /// them for programs, one a line on standard output. A quiet program says nothing on standard
  /// error but warnings and errors.
  public static func use(objects: Writer?, isQuiet: Bool) {
    writer.withLock { $0 = objects }
    quiet.store(isQuiet, ordering: .relaxed)
  }

  /// Whether programs are spoken to.
  public static var saysObjects: Bool { writer.withLock { $0 != nil } }

  /// Whether standard error gets nothing but warnings and errors.
  public static var isQuiet: Bool { quiet.load(ordering: .relaxed) }

  /// Writes a result to standard output.
  public static func show(_ result: Report) {
    let line: String
    do { line = try writer.withLock { try $0?(result) } ?? result.description } catch {
      preconditionFailure("Output: \(result.kind.rawValue) makes no object: \(error)")
    }
    guard let code = write("\(line)\n", to: STDOUT_FILENO) else { return }
    _ = failure.compareExchange(expected: 0, desired: code, ordering: .relaxed)
  }

  /// Says what is no result: on standard error, as an object on standard output. Warnings and
  /// errors are words on standard error in any case.
  public static func say(_ report: Report) {
    let isGrave = report.kind == .warning || report.kind == .error
    if saysObjects { show(report) }
    guard isGrave || !(isQuiet || saysObjects) else { return }
    _ = write("\(report)\n", to: STDERR_FILENO)
  }

  /// Says something to know on standard error.
  public static func say(_ note: String) { say(Report(.note, note)) }

  /// Warns of something on standard error; the line begins with `warning: `.
  public static func warn(_ problem: String) {
    say(Report(.warning, "warning: \(problem)", ["text": problem]))
  }

  /// Says on standard error why the program ends with this status. The line begins with `Error: `
  /// unless other words are given.
  public static func fail(_ problem: String, status: Int32, words: String? = nil) {
    say(
      Report(.error, words ?? "Error: \(problem)", ["text": problem, "status": Int(status)]))
  }

  /// Writes text to standard error as it is, such as a bar that is redrawn.
  public static func write(_ text: String) {
    if !isQuiet && !saysObjects { _ = write(text, to: STDERR_FILENO) }
  }

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
private let writer = Mutex<Output.Writer?>(nil)
private let quiet = Atomic<Bool>(false)

private func systemWrite(_ stream: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
  write(stream, bytes, count)
}
