internal import Foundation
internal import Text

/// Makes batches ahead of their use on threads of its own, and hands them out in order.
///
/// What comes out does not depend on the number of threads. At most `ahead` batches are finished or
/// in the making at any time. When the prefetcher goes away its threads are stopped and waited for.
public final class Prefetcher<Batch: Sendable> {
  private let line: AssemblyLine<Batch>
  /// Seconds `next()` has waited so far, in all.
  public private(set) var secondsWaited = 0.0

  /// Begins at once to make the batches numbered `range`. An error that `make` throws is thrown by
  /// `next()` when the turn comes to that batch, and ends the sequence.
  public init(
    range: Range<Int>, threads: Int, ahead: Int,
    make: @escaping @Sendable (Int) throws -> Batch
  ) {
    precondition(threads >= 1 && ahead >= 1, "Prefetcher: \(threads) threads, \(ahead) ahead")
    line = AssemblyLine(range: range, ahead: ahead, workers: threads)
    for number in 0..<threads {
      // The threads own the line but not the prefetcher, so that it can go away.
      let thread = Thread { [line] in line.work(make) }
      thread.name = "prefetch-\(number)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { line.stop() }

  /// The next batch in order, as soon as it is made; nil after the last.
  public func next() throws -> Batch? {
    let begin = ProgressReporter.seconds()
    defer { secondsWaited += ProgressReporter.seconds() - begin }
    return try line.take()
  }
}

/// What the threads and the taker share; everything is read and written under `condition`.
private final class AssemblyLine<Batch: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private let ahead: Int
  private let end: Int
  /// The next batch to begin with, and the next to hand out.
  private var (started, taken): (Int, Int)
  private var finished: [Int: Result<Batch, any Error>] = [:]
  private var stopped = false
  private var workers: Int

  init(range: Range<Int>, ahead: Int, workers: Int) {
    (started, taken, end) = (range.lowerBound, range.lowerBound, range.upperBound)
    self.ahead = ahead
    self.workers = workers
  }

  func work(_ make: (Int) throws -> Batch) {
    while let number = begin() {
      let result = Result { try make(number) }
      condition.lock()
      finished[number] = result
      condition.broadcast()
      condition.unlock()
    }
    condition.lock()
    workers -= 1
    condition.broadcast()
    condition.unlock()
  }

  private func begin() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !stopped && started < end && started >= taken + ahead { condition.wait() }
    guard !stopped && started < end else { return nil }
    defer { started += 1 }
    return started
  }

  func take() throws -> Batch? {
    condition.lock()
    defer { condition.unlock() }
    guard taken < end else { return nil }
    while finished[taken] == nil { condition.wait() }
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

  func stop() {
    condition.lock()
    defer { condition.unlock() }
    stopped = true
    condition.broadcast()
    while workers > 0 { condition.wait() }
  }
}
