#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How threads wait for each other at the end of each piece of work: they look for the others a
/// thousand times, a few microseconds, and then sleep.
///
/// GNU's OpenMP looks for milliseconds. Where another process takes a core, threads that look keep
/// it from those that they wait for: small networks then train at a hundredth of their speed.
enum WaitingThreads {
  private static let turns = "GOMP_SPINCOUNT"
  private static let policy = "OMP_WAIT_POLICY"

  /// Starts the program anew, in the same process, with what OpenMP reads only when it is loaded.
  /// What a user chose stays, and one thread waits for nobody.
  static func sleepSoon() {
    guard value(turns) == nil, value(policy) == nil, value("OMP_NUM_THREADS") != "1" else { return }
    setenv(turns, "1000", 1)
    guard let path = realpath("/proc/self/exe", nil) else { return }
    // It comes back only where that cannot be; then threads wait as OpenMP has it.
    execv(path, CommandLine.unsafeArgv)
    free(path)
  }

  /// What is chosen, in words.
  static var words: String {
    if let policy = value(policy) { return "wait as OMP_WAIT_POLICY says: \(policy)" }
    if let turns = value(turns) { return "look \(turns) times (GOMP_SPINCOUNT), then sleep" }
    return "wait as OpenMP has it"
  }

  private static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
