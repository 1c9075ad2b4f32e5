#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What the program exits with. After a signal it is 128 and the signal's number: 129, 130 or 143
/// (`Signals.Ending.exitCode`).
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// All was done.
  case success = 0
  /// Something failed; a message on standard error says what and what to do.
  case failure = 1
  /// More records of the data are damaged than a run can do without.
  case damagedData = 3
  /// A loss was no number.
  case divergence = 4
  /// Memory could not be had.
  case outOfMemory = 5
  /// The command line is wrong.
  case usage = 64

  /// Ends the program where memory that it cannot do without could not be had: what is on disk
  /// stays whole, and what was begun can be gone on with.
  public static func exitOutOfMemory(_ message: String) -> Never {
    Output.fail("out of memory: \(message)", status: outOfMemory.rawValue)
    // No handlers at exit: they may want memory, too.
    _exit(outOfMemory.rawValue)
  }
}
