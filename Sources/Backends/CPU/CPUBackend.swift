internal import CDNNL
internal import CKernels
internal import COpenBLAS
internal import Synchronization

/// The host's cores: oneDNN for convolution, average pooling and response normalization, OpenBLAS
/// for matrices, own vectorized code for the rest.
///
/// Results of oneDNN stay in the layout it chose, and are reordered where another one is needed.
/// Everything is bit-identical from run to run, and for any number of threads as long as
/// `isThreadInvariant`.
public final class CPUBackend: Backend {
  /// The one instance.
  public static let shared = CPUBackend()
  let pool = MemoryPool()
  let workingMemory = WorkingMemory()
  let operations = OperationCache<OperationKey, DNNLOperation>()
  let convolutions = OperationCache<ConvolutionKey, PiecewiseOperation>()
  let layouts = LayoutTable()
  private static let threadCount = Mutex(max(1, Int(cdnnl_default_threads())))
  private static let threadInvariance = Mutex(true)
  private let productLibrary = Mutex(ProductLibrary.fastest)

  /// The name in messages.
  public let name = "cpu"
  /// The types it computes in.
  public let dtypes: Set<DType> = [.f32, .bf16]
  /// Bytes in storages that are still owned.
  public var liveBytes: Int { pool.liveBytes }
  /// The largest `liveBytes` so far.
  public var peakBytes: Int { pool.peakBytes }
  /// Gives blocks that nothing uses back to the system.
  public func trim() { pool.trim() }

  /// Whether oneDNN computes in bfloat16 here; elsewhere its kernels run in single precision, and
  /// only their results are rounded.
  let computesBF16 = cdnnl_has_bf16() != 0
  /// Whether bfloat16 is multiplied in vector units, where Winograd's method pays: without them
  /// oneDNN's products are slow, and beside matrix units (AMX) the transforms cost most.
  let hasBF16Vectors = cdnnl_has_bf16_vectors() != 0

  /// A backend with memory and plans of its own; threads are the process's.
  public init() { apply(threads) }

  /// How many threads every kernel uses, in oneDNN, OpenBLAS and own code alike; at first what
  /// OpenMP would use (`OMP_NUM_THREADS`, or every core). Set it before work begins.
  public var threads: Int {
    get { Self.threadCount.withLock { $0 } }
    set {
      require(newValue > 0, "cpu: \(newValue) threads were asked for")
      Self.threadCount.withLock { $0 = newValue }
      apply(newValue)
    }
  }

  /// Whether convolutions and matrix products are cut into pieces that do not depend on the number
  /// of threads (`PiecewiseOperation`), so that it changes no bit; otherwise the libraries share
  /// the work among the threads as they like.
  public var isThreadInvariant: Bool {
    get { Self.threadInvariance.withLock { $0 } }
    set {
      Self.threadInvariance.withLock { $0 = newValue }
      apply(threads)
    }
  }

  /// Who multiplies matrices of single precision.
  public var products: ProductLibrary {
    get { productLibrary.withLock { $0 } }
    set { productLibrary.withLock { $0 = newValue } }
  }

  private func apply(_ threads: Int) {
    ck_set_threads(Int32(threads))
    openblas_set_num_threads(isThreadInvariant ? 1 : Int32(threads))
  }

  /// The libraries and their choices, for the record of a run.
  public var libraries: [String: String] {
    let version = cdnnl_version()
    return [
      "oneDNN": "\(version / 10000).\(version / 100 % 100).\(version % 100)",
      "OpenBLAS": String(cString: openblas_get_config()),
      "OpenBLAS kernels": String(cString: openblas_get_corename()),
      "bfloat16": computesBF16 ? "native" : "widened",
    ]
  }
}
