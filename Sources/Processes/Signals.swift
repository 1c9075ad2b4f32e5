internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Signals that ask the program to end, or to save: they only set a flag, which loops read. A
/// second interrupt ends the process at once.
public enum Signals {
  /// A request to end.
  public enum Ending: Int32, Sendable, CaseIterable {
    /// The terminal went away.
    case hangup = 1
    /// Control-C.
    case interrupt = 2
    /// A polite kill, as schedulers send it.
    case termination = 15

    /// What the process then exits with: 128 and the number.
    public var exitCode: Int32 { 128 + rawValue }
  }

  /// From now on a pipe that nobody reads, and a file beyond the limit of its size, are errors of
  /// the calls that write to them, and end no process before it has saved its work.
  public static func turnIntoErrors() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// From now on signals are noted instead of ending the process, until `stopWatching` is called
  /// as often as this.
  ///
  /// With `limit`, a request that nobody has read after so many seconds ends the process, unless it
  /// is in the middle of what `hold` protects.
  public static func watch(limit: Int32 = 0) {
    turnIntoErrors()
    guard watchers.wrappingAdd(1, ordering: .relaxed).oldValue == 0 else { return }
    patience.store(limit, ordering: .relaxed)
    // Touched here, because a lazy global must not be made inside a handler.
    _ = (
      ending.load(ordering: .relaxed), wantsCheckpoint.load(ordering: .relaxed),
      held.load(ordering: .relaxed), wasRead.exchange(false, ordering: .relaxed)
    )
    for request in Ending.allCases {
      signal(request.rawValue) { number in
        let before = ending.exchange(number, ordering: .relaxed)
        if number == SIGINT && before == SIGINT { _exit(128 + SIGINT) }
        let limit = patience.load(ordering: .relaxed)
        if before == 0 && limit > 0 { alarm(UInt32(limit)) }
      }
    }
    signal(SIGUSR1) { _ in wantsCheckpoint.store(true, ordering: .relaxed) }
    signal(SIGALRM) { _ in
      let number = ending.load(ordering: .relaxed)
      if number == 0 || wasRead.load(ordering: .relaxed) { return }
      if held.load(ordering: .relaxed) > 0 {
        alarm(1)
      } else {
        _ = write(STDERR_FILENO, "stopped\n", 8)
        _exit(128 + number)
      }
    }
  }

  /// Signals have their usual effect again, and none is noted, once everybody who watched has
  /// called this.
  public static func stopWatching() {
    guard watchers.wrappingSubtract(1, ordering: .relaxed).newValue == 0 else { return }
    alarm(0)
    for request in Ending.allCases { signal(request.rawValue, SIG_DFL) }
    signal(SIGUSR1, SIG_DFL)
    signal(SIGALRM, SIG_DFL)
    ending.store(0, ordering: .relaxed)
    wantsCheckpoint.store(false, ordering: .relaxed)
  }

  /// Does what must come to its end before a signal ends the process, such as a step and its
  /// checkpoint.
  public static func hold<Result>(_ body: () throws -> Result) rethrows -> Result {
    held.wrappingAdd(1, ordering: .relaxed)
    defer { held.wrappingSubtract(1, ordering: .relaxed) }
    return try body()
  }

  /// The last request to end; nil while there is none. A process that another one started to do a
  /// part of its work (`parentVariable`) takes that one's end for a hangup.
  public static var received: Ending? {
    guard let signal = Ending(rawValue: ending.load(ordering: .relaxed)) else {
      return isOrphan ? .hangup : nil
    }
    wasRead.store(true, ordering: .relaxed)
    return signal
  }

  /// Throws an `Interruption` where there is a request to end. Loops that may take more than a
  /// second call it in each turn.
  public static func check() throws(Interruption) {
    if let signal = received { throw Interruption(signal: signal) }
  }

  /// The environment variable in which a process tells its children its number, so that they save
  /// and end when it is gone.
  public static let parentVariable = "PIGMENT_PARENT"

  private static var isOrphan: Bool { parent.map { getppid() != $0 } ?? false }

  /// Whether SIGUSR1 asked for a checkpoint that nobody has taken up yet.
  public static var isCheckpointRequested: Bool { wantsCheckpoint.load(ordering: .relaxed) }

  /// Whether SIGUSR1 asked for a checkpoint since this was last read.
  public static func takeCheckpointRequest() -> Bool {
    wantsCheckpoint.exchange(false, ordering: .relaxed)
  }
}

private let parent = getenv(Signals.parentVariable).flatMap { Int32(String(cString: $0)) }
private let ending = Atomic<Int32>(0)
private let wantsCheckpoint = Atomic<Bool>(false)
/// Calls of `watch` that were not taken back, and of `hold` that go on.
private let watchers = Atomic(0)
private let held = Atomic(0)
/// Seconds in which somebody must read a request; 0 for no limit.
private let patience = Atomic<Int32>(0)
private let wasRead = Atomic<Bool>(false)

/// A signal that asked for the end of what was being done.
public struct Interruption: Error, CustomStringConvertible {
  /// The signal.
  public let signal: Signals.Ending

  /// An end that a signal asked for.
  public init(signal: Signals.Ending) { self.signal = signal }

  /// What happened, in a word.
  public var description: String {
    switch signal {
    case .hangup: "stopped: the terminal is gone"
    case .interrupt: "stopped"
    case .termination: "stopped by a request to end"
    }
  }
}
