internal import Foundation

/// How threads wait for each other at the end of each piece of work: they look for the others a
/// thousand times, a few microseconds, and then sleep.
///
/// GNU's OpenMP looks for milliseconds. Where other processes take all cores, threads that look
/// keep them from those that they wait for: small networks then train at a hundredth of the speed.
enum WaitingThreads {
  private static let turns = "GOMP_SPINCOUNT"
  private static let policy = "OMP_WAIT_POLICY"

  /// Starts the program anew, in the same process, with what OpenMP reads only when it is loaded.
  /// What a user chose stays, and one thread waits for nobody.
  static func sleepSoon() {
    guard value(turns) == nil, value(policy) == nil, value("OMP_NUM_THREADS") != "1" else { return }
    guard let path = realpath("/proc/self/exe", nil), String(cString: path) == program else {
      return
    }
    setenv(turns, "1000", 1)
    execv(path, CommandLine.unsafeArgv)
    // Here only where that could not be: OpenMP has read what it reads.
    unsetenv(turns)
  }

  /// The file that this code was loaded from: another one than was executed where a loader or an
  /// emulator started the program, which would not know what to do with its arguments.
  private static var program: String? {
    let place = UInt(bitPattern: #dsohandle)
    let lines =
      (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8))?
      .split(separator: "\n") ?? []
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 5)
      let ends = parts[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard parts.count == 6, ends.count == 2, ends[0] <= place, place < ends[1] else { continue }
      return parts[5].drop { $0 == " " }.description
    }
    return nil
  }

  /// What is chosen, in words.
  static var words: String {
    if let policy = value(policy) { return "wait as OMP_WAIT_POLICY says: \(policy)" }
    if let turns = value(turns) { return "look \(turns) times (GOMP_SPINCOUNT), then sleep" }
    return "wait as OpenMP has it"
  }

  private static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
