internal import Processes
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A thread-safe pool of memory with a count of what is in use.
///
/// Training asks for the same sizes at every step, so freed blocks are kept by size and handed out
/// again; on the host, fresh pages would cost a page fault per 4 KiB, on a GPU an allocation would
/// wait for everything before it. Sizes are rounded up to an eighth of their power of two, which
/// bounds the waste to one eighth. What a device does in the order of one stream may use a block
/// again at once.
public final class MemoryPool: Sendable {
  private struct State: ~Copyable {
    var free: [Int: [UInt]] = [:]
    var liveBytes = 0
    var peakBytes = 0
    var pooledBytes = 0
  }
  private let state = Mutex(State())
  private let allocate: @Sendable (Int) -> UnsafeMutableRawPointer?
  private let release: @Sendable (UnsafeMutableRawPointer) -> Void
  private let available: @Sendable () -> Int?

  /// An empty pool of host memory that is aligned to 64 bytes.
  public convenience init() {
    self.init(allocate: Self.hostMemory, available: { AvailableMemory.ofProcess()?.bytes }) {
      free($0)
    }
  }

  /// An empty pool of what these give and take back; nil says that there is no more. Large blocks
  /// are asked for only where `available` has as many bytes, or does not know.
  public init(
    allocate: @escaping @Sendable (Int) -> UnsafeMutableRawPointer?,
    available: @escaping @Sendable () -> Int? = { nil },
    release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
  ) {
    self.allocate = allocate
    self.available = available
    self.release = release
  }

  /// Blocks of as many bytes are asked for only where there is memory: Linux gives addresses for
  /// which it has none, and kills the process that uses them. What was given and not written to yet
  /// does not count as used.
  static let largeBlock = 32 << 20

  /// Bytes in buffers that somebody still owns.
  public var liveBytes: Int { state.withLock { $0.liveBytes } }
  /// The largest `liveBytes` seen so far.
  public var peakBytes: Int { state.withLock { $0.peakBytes } }
  /// Bytes kept for reuse.
  public var pooledBytes: Int { state.withLock { $0.pooledBytes } }

  /// A buffer of at least `byteCount` bytes with unspecified contents; traps when memory runs out.
  public func buffer(byteCount: Int) -> Buffer {
    let size = Self.roundedSize(byteCount)
    let recycled: UInt? = state.withLock { state in
      state.liveBytes += size
      state.peakBytes = max(state.peakBytes, state.liveBytes)
      guard let address = state.free[size]?.popLast() else { return nil }
      state.pooledBytes -= size
      return address
    }
    let address = recycled.map { UnsafeMutableRawPointer(bitPattern: $0)! } ?? fresh(size)
    let bits = UInt(bitPattern: address)
    return Buffer(address: address, byteCount: size) { [self] in
      state.withLock { state in
        state.liveBytes -= size
        state.pooledBytes += size
        state.free[size, default: []].append(bits)
      }
    }
  }

  /// Returns every pooled block to the system.
  public func trim() {
    let blocks = state.withLock { state in
      let blocks = state.free.values.flatMap(\.self)
      state.free = [:]
      state.pooledBytes = 0
      return blocks
    }
    for block in blocks { release(UnsafeMutableRawPointer(bitPattern: block)!) }
  }

  /// New memory; where there is none left, after giving back what is only kept for reuse.
  private func fresh(_ size: Int) -> UnsafeMutableRawPointer {
    if isThere(size), let address = allocate(size) { return address }
    trim()
    guard isThere(size), let address = allocate(size) else {
      ExitStatus.exitOutOfMemory(
        "\(size) bytes could not be had besides \(liveBytes - size) in use; use a smaller batch "
          + "or input size")
    }
    return address
  }

  private func isThere(_ size: Int) -> Bool {
    size < Self.largeBlock || available().map { $0 >= size } ?? true
  }

  static func roundedSize(_ byteCount: Int) -> Int {
    guard byteCount > 512 else { return (max(byteCount, 1) + 63) & ~63 }
    let step = max(64, 1 << (Int.bitWidth - 1 - byteCount.leadingZeroBitCount - 3))
    return (byteCount + step - 1) / step * step
  }

  private static func hostMemory(_ size: Int) -> UnsafeMutableRawPointer? {
    var address: UnsafeMutableRawPointer?
    let hugePage = 2 << 20
    let status = posix_memalign(&address, size < 2 * hugePage ? 64 : hugePage, size)
    guard status == 0, let address else { return nil }
    #if os(Linux)
      // One page fault per 2 MiB instead of 512, and fewer misses when kernels stride.
      if size >= 2 * hugePage { _ = madvise(address, size, MADV_HUGEPAGE) }
    #endif
    return address
  }
}
