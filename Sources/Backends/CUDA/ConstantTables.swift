internal import Synchronization

/// Numbers that many launches read, such as the centers of a code: they go to the device once and
/// stay there.
final class ConstantTables: Sendable {
  private struct State: @unchecked Sendable { var known: [[Float]: Storage] = [:] }
  private let state = Mutex(State())

  /// These numbers on the device.
  func storage(_ values: [Float], on backend: CUDABackend) -> Storage {
    if let held = state.withLock({ Held($0.known[values]) }).storage { return held }
    let held = Held(backend.store(values, shape: [values.count], dtype: .f32))
    state.withLock { state in
      if state.known.count >= 256 { state.known = [:] }
      state.known[values] = held.storage
    }
    return held.storage!
  }

  private struct Held: @unchecked Sendable {
    let storage: Storage?
    init(_ storage: Storage?) { self.storage = storage }
  }
}
