internal import Dispatch

/// `body(0) … body(count - 1)`, computed by all cores, in order.
package func inParallel<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
  [Value](unsafeUninitializedCapacity: count) { buffer, filled in
    let slots = UnsafeSlots(base: buffer.baseAddress)
    DispatchQueue.concurrentPerform(iterations: count) { index in
      slots.fill(index, with: body(index))
    }
    filled = count
  }
}

/// Memory whose slots are each written once, by one thread.
private struct UnsafeSlots<Value>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Value>?

  func fill(_ index: Int, with value: Value) {
    base.map { ($0 + index).initialize(to: value) }
  }
}
