import Foundation
import Inputs
import Processes
import Synchronization
import Testing

@Suite struct PrefetcherTests {
  struct Failure: Error, Equatable { let number: Int }

  final class Counter: Sendable {
    private let state = Mutex((making: 0, most: 0, calls: 0))
    func begin() {
      state.withLock {
        $0.making += 1
        $0.calls += 1
        $0.most = max($0.most, $0.making)
      }
    }
    func end() { state.withLock { $0.making -= 1 } }
    var making: Int { state.withLock { $0.making } }
    var most: Int { state.withLock { $0.most } }
    var calls: Int { state.withLock { $0.calls } }
  }

  @Test(arguments: [(1, 1), (1, 4), (2, 1), (2, 3), (4, 8), (8, 2)])
  func batchesComeInOrderAndTheNumberInTheMakingIsBounded(_ threads: Int, _ ahead: Int) throws {
    let counter = Counter()
    let prefetcher = Prefetcher(range: 5..<105, threads: threads, ahead: ahead) { number in
      counter.begin()
      defer { counter.end() }
      usleep(UInt32(number * 7919 % 13) * 50)
      return number * number
    }
    for number in 5..<105 {
      #expect(try prefetcher.next() == number * number)
      #expect(counter.calls <= number - 5 + 1 + ahead)
    }
    #expect(try prefetcher.next() == nil)
    #expect(try prefetcher.next() == nil)
    #expect(counter.most <= min(threads, ahead) && counter.calls == 100)
    #expect(prefetcher.secondsWaited > 0)
  }

  @Test func anErrorComesInItsTurnAndEndsTheSequence() throws {
    let prefetcher = Prefetcher(range: 0..<10, threads: 3, ahead: 5) { number in
      if number >= 4 { throw Failure(number: number) }
      return number
    }
    for number in 0..<4 { #expect(try prefetcher.next() == number) }
    for _ in 0..<2 {
      #expect(throws: Failure(number: 4)) { try prefetcher.next() }
    }
  }

  @Test func goingAwayStopsTheThreadsAndWaitsForThem() throws {
    let counter = Counter()
    for taken in [0, 1, 5] {
      let prefetcher = Prefetcher(range: 0..<1_000_000, threads: 3, ahead: 4) { number in
        counter.begin()
        usleep(2000)
        counter.end()
        return number
      }
      for _ in 0..<taken { _ = try prefetcher.next() }
    }
    #expect(counter.making == 0)
    let calls = counter.calls
    usleep(20_000)
    #expect(counter.calls == calls)
  }

  @Test func anEmptyRangeIsOverAtOnce() throws {
    #expect(try Prefetcher(range: 3..<3, threads: 2, ahead: 2) { $0 }.next() == nil)
  }

  /// Where there is no room for a thread's stack, `next` makes the batches itself.
  @Test func withoutThreadsTheWorkIsDoneAllTheSame() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let pages = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        .split(separator: " ")[0]
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(9), &limit)  // RLIMIT_AS
      limit.rlim_cur = UInt(pages)! * 4096 + 4_000_000
      setrlimit(__rlimit_resource_t(9), &limit)
      let prefetcher = Prefetcher(range: 0..<50, threads: 3, ahead: 4) { $0 }
      var sum = 0
      while let number = try! prefetcher.next() { sum += number }
      _exit(sum == 49 * 25 ? 7 : 1)
    }
  }

  /// A batch that never comes holds nobody who was asked to end.
  @Test func aSignalEndsTheWait() async {
    await #expect(processExitsWith: .exitCode(143)) {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_UNBLOCK, &all, nil)
      Signals.watch()
      let prefetcher = Prefetcher(range: 0..<2, threads: 1, ahead: 1) { number in
        if number == 1 { sleep(1000) }
        return number
      }
      precondition(try! prefetcher.next() == 0)
      raise(SIGTERM)
      do { _ = try prefetcher.next() } catch let error as Interruption {
        _exit(error.signal.exitCode)
      } catch {}
      _exit(1)
    }
  }
}
