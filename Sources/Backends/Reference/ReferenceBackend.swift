/// The definition of every kernel: plain loops over row-major memory, in double precision.
///
/// Whatever the type of the operands, a kernel reads them as doubles, computes in doubles, and
/// rounds once, when it writes its result. Results have the type of the first operand, except sums
/// and statistics (per-channel mean and variance, losses, log-sums), which are at least single.
public final class ReferenceBackend: Backend {
  /// The one instance.
  public static let shared = ReferenceBackend()
  let pool = MemoryPool()

  /// The name in messages.
  public let name = "reference"
  /// The types it computes in.
  public let dtypes: Set<DType> = [.f32, .bf16, .f64]
  /// Bytes in storages that are still owned.
  public var liveBytes: Int { pool.liveBytes }
  /// The largest `liveBytes` so far.
  public var peakBytes: Int { pool.peakBytes }
}

extension DType {
  /// The type in which sums over elements of this type are handed out.
  var ofSums: DType { self == .bf16 ? .f32 : self }
}
