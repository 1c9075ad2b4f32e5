internal import Synchronization

/// Memory that kernels need while they run and no longer: blocks of one size, that of the largest
/// ever asked for, so that kernels which run one after another share a single one.
final class WorkingMemory: Sendable {
  private let pool = MemoryPool()
  private let largest = Mutex(0)

  /// A buffer of at least `byteCount` bytes with unspecified contents.
  func buffer(byteCount: Int) -> Buffer {
    let size = largest.withLock { largest in
      if byteCount > largest {
        largest = byteCount
        pool.trim()
      }
      return largest
    }
    return pool.buffer(byteCount: size)
  }
}
