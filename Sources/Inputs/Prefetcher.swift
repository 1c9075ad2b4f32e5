internal import Foundation
internal import Processes
internal import Text

/// Makes batches ahead of their use on threads of its own, and hands them out in order.
///
/// What comes out does not depend on the number of threads. At most `ahead` batches are finished or
/// in the making at any time. When the prefetcher goes away its threads are stopped and waited for.
public final class Prefetcher<Batch: Sendable> {
  private let line: AssemblyLine<Batch>
  private var workers: [Worker] = []
  /// Seconds `next()` has waited so far, in all.
  public private(set) var secondsWaited = 0.0

  /// Begins at once to make the batches numbered `range`. An error that `make` throws is thrown by
  /// `next()` when the turn comes to that batch, and ends the sequence.
  ///
  /// Where fewer than `threads` can be started, those that live make the batches; where none can,
  /// `next()` makes them itself. Standard error says so.
  public init(
    range: Range<Int>, threads: Int, ahead: Int,
    make: @escaping @Sendable (Int) throws -> Batch
  ) {
    precondition(threads >= 1 && ahead >= 1, "Prefetcher: \(threads) threads, \(ahead) ahead")
    line = AssemblyLine(range: range, ahead: ahead, make: make)
    for number in 0..<threads {
      // The threads own the line but not the prefetcher, so that it can go away.
      line.enter()
      do {
        workers.append(try Worker { [line] in line.work() })
      } catch {
        line.leave()
        Output.warn("\(error); \(number) of \(threads) threads make batches ahead")
        break
      }
    }
  }

  deinit {
    line.stop()
    for worker in workers { worker.join() }
  }

  /// The next batch in order, as soon as it is made; nil after the last.
  ///
  /// A signal that asks for the end is thrown as an `Interruption`, unless `heedsSignals` is false.
  public func next(heedsSignals: Bool = true) throws -> Batch? {
    let begin = ProgressReporter.seconds()
    defer { secondsWaited += ProgressReporter.seconds() - begin }
    return try line.take(heedsSignals: heedsSignals)
  }
}

/// What the threads and the taker share; everything is read and written under `condition`.
private final class AssemblyLine<Batch: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let make: @Sendable (Int) throws -> Batch
  private let ahead: Int
  private let end: Int
  /// The next batch to begin with, and the next to hand out.
  private var (started, taken): (Int, Int)
  private var finished: [Int: Result<Batch, any Error>] = [:]
  private var stopped = false
  /// Threads that live.
  private var workers = 0

  init(range: Range<Int>, ahead: Int, make: @escaping @Sendable (Int) throws -> Batch) {
    (started, taken, end) = (range.lowerBound, range.lowerBound, range.upperBound)
    self.ahead = ahead
    self.make = make
  }

  func enter() { condition.withLock { workers += 1 } }

  func leave() {
    condition.withLock {
      workers -= 1
      condition.broadcast()
    }
  }

  func work() {
    while let number = begin() { makeNow(number) }
    leave()
  }

  private func makeNow(_ number: Int) {
    let result = Result { try make(number) }
    condition.withLock {
      finished[number] = result
      condition.broadcast()
    }
  }

  private func begin() -> Int? {
    condition.withLock {
      while !stopped && started < end && started >= taken + ahead { condition.wait() }
      guard !stopped && started < end else { return nil }
      defer { started += 1 }
      return started
    }
  }

  func take(heedsSignals: Bool) throws -> Batch? {
    if heedsSignals { try Signals.check() }
    if let number = condition.withLock({ orphan() }) { makeNow(number) }
    return try condition.withLock {
      guard taken < end else { return nil }
      while finished[taken] == nil {
        // Not for ever: a file system may never answer a worker.
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        if heedsSignals { try Signals.check() }
      }
      switch finished[taken]! {
      case .success(let batch):
        finished[taken] = nil
        taken += 1
        condition.broadcast()
        return batch
      case .failure(let error):
        // It stays in its place, so that asking again gives the same answer.
        stopped = true
        condition.broadcast()
        throw error
      }
    }
  }

  /// The batch that is wanted where no thread lives to make it.
  private func orphan() -> Int? {
    guard workers == 0, taken < end, started == taken, finished[taken] == nil else { return nil }
    started += 1
    return taken
  }

  func stop() {
    condition.withLock {
      stopped = true
      condition.broadcast()
    }
  }
}
