internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Signals that ask a run to end, or to save: they only set a flag, which the loop reads between
/// steps. A second interrupt ends the process at once.
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

  /// From now on signals are noted instead of ending the process.
  public static func watch() {
    // Touched here, because a lazy global must not be made inside a handler.
    _ = (ending.load(ordering: .relaxed), wantsCheckpoint.load(ordering: .relaxed))
    for request in Ending.allCases {
      signal(request.rawValue) { number in
        let before = ending.exchange(number, ordering: .relaxed)
        if number == SIGINT && before == SIGINT { _exit(128 + SIGINT) }
      }
    }
    signal(SIGUSR1) { _ in wantsCheckpoint.store(true, ordering: .relaxed) }
  }

  /// Signals have their usual effect again, and none is noted.
  public static func stopWatching() {
    for request in Ending.allCases { signal(request.rawValue, SIG_DFL) }
    signal(SIGUSR1, SIG_DFL)
    ending.store(0, ordering: .relaxed)
    wantsCheckpoint.store(false, ordering: .relaxed)
  }

  /// The last request to end; nil while there is none. A process that another one started to do a
  /// part of its work (`parentVariable`) takes that one's end for a hangup.
  public static var received: Ending? {
    Ending(rawValue: ending.load(ordering: .relaxed)) ?? (isOrphan ? .hangup : nil)
  }

  /// The environment variable in which a process tells its children its number, so that they save
  /// and end when it is gone.
  public static let parentVariable = "PIGMENT_PARENT"

  private static var isOrphan: Bool { parent.map { getppid() != $0 } ?? false }

  /// Whether SIGUSR1 asked for a checkpoint since this was last read.
  public static func takeCheckpointRequest() -> Bool {
    wantsCheckpoint.exchange(false, ordering: .relaxed)
  }
}

private let parent = getenv(Signals.parentVariable).flatMap { Int32(String(cString: $0)) }
private let ending = Atomic<Int32>(0)
private let wantsCheckpoint = Atomic<Bool>(false)
