import TestSupport
import Testing

/// Threads that wait sleep, unless the user has it otherwise.
@Suite struct WaitingTests {
  /// What `pigment doctor` says of waiting threads, with these variables and no others of OpenMP.
  private func words(_ variables: String...) throws -> String {
    let found = try Program.run(
      "/usr/bin/env",
      ["-u", "OMP_WAIT_POLICY", "-u", "GOMP_SPINCOUNT", "-u", "OMP_NUM_THREADS"] + variables
        + [Program.pigment, "doctor"])
    #expect(found.status == 0, "\(found.errors)")
    let line = found.output.split(separator: "\n").first { $0.hasPrefix("waiting threads") }
    return try #require(line).dropFirst("waiting threads".count).drop { $0 == " " }.description
  }

  @Test func waitingThreadsSleepSoon() throws {
    #expect(try words() == "look 1000 times (GOMP_SPINCOUNT), then sleep")
    #expect(try words("OMP_NUM_THREADS=2") == "look 1000 times (GOMP_SPINCOUNT), then sleep")
  }

  @Test func whatTheUserChoseStays() throws {
    #expect(try words("GOMP_SPINCOUNT=5") == "look 5 times (GOMP_SPINCOUNT), then sleep")
    #expect(try words("OMP_WAIT_POLICY=active") == "wait as OMP_WAIT_POLICY says: active")
    // Nobody waits.
    #expect(try words("OMP_NUM_THREADS=1") == "wait as OpenMP has it")
  }
}
