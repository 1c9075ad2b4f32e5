/// The reference backend.
public final class ReferenceBackend: Backend {
  /// The one instance.
  public static let shared = ReferenceBackend()
  private let pool = MemoryPool()

  /// The name in messages.
  public let name = "reference"
  /// The types it computes in.
  public let dtypes: Set<DType> = [.f32, .bf16, .f64]
  /// Bytes in storages that are still owned.
  public var liveBytes: Int { pool.liveBytes }
  /// The largest `liveBytes` so far.
  public var peakBytes: Int { pool.peakBytes }
}
