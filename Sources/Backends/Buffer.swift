/// A piece of memory that goes back to its pool when its last owner lets go.
public final class Buffer {
  /// The first byte, aligned to 64 bytes on the host.
  public let address: UnsafeMutableRawPointer
  /// Usable bytes.
  public let byteCount: Int
  private let release: () -> Void

  /// Memory at `address`; `release` is called once, when the buffer goes away.
  public init(address: UnsafeMutableRawPointer, byteCount: Int, release: @escaping () -> Void) {
    self.address = address
    self.byteCount = byteCount
    self.release = release
  }

  deinit { release() }
}
