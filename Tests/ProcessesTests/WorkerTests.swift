import Foundation
import Processes
import Synchronization
import Testing

@Suite struct WorkerTests {
  @Test func aWorkerDoesOneThingAndIsWaitedFor() throws {
    let sum = Mutex(0)
    let workers = try (1...8).map { number in
      try Worker { sum.withLock { $0 += number } }
    }
    for worker in workers { worker.join() }
    #expect(sum.withLock { $0 } == 36)
  }

  @Test func aThreadThatCannotBeHadIsAnError() {
    // More stack than there are addresses.
    let error = #expect(throws: WorkerError.self) { try Worker(stackSize: 1 << 60) {} }
    #expect(error?.description.hasPrefix("no thread could be started: ") == true)
  }

  @Test(arguments: [0, 1, 2, 3, 64, 1000]) func valuesComeInOrder(_ count: Int) {
    #expect(inParallel(count) { "\($0 * $0)" } == (0..<count).map { "\($0 * $0)" })
  }

  /// In a process that may have no other thread, the caller does all of the work.
  @Test func loopsEndWithoutThreads() async {
    await #expect(processExitsWith: .exitCode(7)) {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(9), &limit)  // RLIMIT_AS
      // What there is now, and a little for the work: no room for a stack of 8 MB.
      let pages = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        .split(separator: " ")[0]
      limit.rlim_cur = UInt(pages)! * 4096 + 4_000_000
      setrlimit(__rlimit_resource_t(9), &limit)
      let noWorker = (try? Worker {}) == nil
      let sum = inParallel(100) { $0 }.reduce(0, +)
      _exit(noWorker && sum == 4950 ? 7 : 1)
    }
  }

  @Test func otherProgramsAreAsked() {
    #expect(Subprocess.output(of: ["printf", "a %s", "b"]) == "a b")
    #expect(Subprocess.output(of: ["false"]) == nil)
    #expect(Subprocess.output(of: ["/nowhere/at/all"]) == nil)
  }
}
