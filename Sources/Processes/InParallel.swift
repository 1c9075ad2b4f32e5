internal import Foundation
internal import Synchronization

/// `body(0) … body(count - 1)`, in order, computed by all cores, or by those that could be had: the
/// thread that calls is always one of them.
public func inParallel<Value: Sendable>(
  _ count: Int, _ body: @Sendable (Int) -> Value
) -> [Value] {
  [Value](unsafeUninitializedCapacity: count) { buffer, filled in
    let slots = Slots(base: buffer.baseAddress)
    withoutActuallyEscaping(body) { body in
      share(count, Turn { slots.fill($0, with: body($0)) })
    }
    filled = count
  }
}

private func share(_ count: Int, _ turn: Turn) {
  let next = Counter()
  let wanted = min(ProcessInfo.processInfo.activeProcessorCount, count) - 1
  var helpers: [Worker] = []
  while helpers.count < wanted {
    guard
      let helper = try? Worker({ [turn] in
        while let index = next.take(below: count) { turn.body(index) }
      })
    else { break }
    helpers.append(helper)
  }
  while let index = next.take(below: count) { turn.body(index) }
  for helper in helpers { helper.join() }
}

/// What is done in each turn.
private struct Turn: Sendable {
  let body: @Sendable (Int) -> Void
}

private final class Counter: Sendable {
  private let next = Atomic(0)

  func take(below count: Int) -> Int? {
    let taken = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return taken < count ? taken : nil
  }
}

/// Memory whose slots are each written once, by one thread.
private struct Slots<Value>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Value>?

  func fill(_ index: Int, with value: Value) {
    base.map { ($0 + index).initialize(to: value) }
  }
}
