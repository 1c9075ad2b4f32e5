/// The cpu backend.
public final class CPUBackend: Backend {
  /// The one instance.
  public static let shared = CPUBackend()
  private let pool = MemoryPool()

  /// The name in messages.
  public let name = "cpu"
  /// The types it computes in.
  public let dtypes: Set<DType> = [.f32, .bf16]
  /// Bytes in storages that are still owned.
  public var liveBytes: Int { pool.liveBytes }
  /// The largest `liveBytes` so far.
  public var peakBytes: Int { pool.peakBytes }
}
