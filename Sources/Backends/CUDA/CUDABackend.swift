internal import CGPU
internal import Synchronization

/// One NVIDIA GPU: cuDNN for convolutions, cuBLASLt for matrix products, own kernels for the rest.
///
/// Images and the weights of convolutions lie channels-last (`ChannelsLast`) once a kernel wants
/// it; everything else is row-major. All work is done in the order of one stream, so memory is used
/// again as soon as its last owner lets go; only reading values waits for the device. Own kernels
/// add up in an order that depends on shapes alone; `isDeterministic` asks the same of cuDNN.
public final class CUDABackend: Backend {
  /// What is computed faster where exactness allows.
  struct Choices: Hashable {
    var usesTF32 = false
    var isDeterministic = false
    var timesPlans = false
  }
  private static let opened = Mutex<[Int: CUDABackend]>([:])

  let context: CUDAContext
  let kernels: KernelTable
  let pool: MemoryPool
  let uploads: UploadRing
  let fault: DeviceFault
  let convolutions: ConvolutionPlans
  let products: ProductPlans
  let tables = ResizeTables()
  let constants = ConstantTables()
  let numbers: NumberReader
  private let choices = Mutex(Choices())
  private let versions: [String: String]

  /// The name in messages, such as `cuda:0`.
  public let name: String
  /// The types it computes in.
  public let dtypes: Set<DType> = [.f32, .bf16]
  /// Bytes in storages that are still owned.
  public var liveBytes: Int { pool.liveBytes }
  /// The largest `liveBytes` so far.
  public var peakBytes: Int { pool.peakBytes }

  /// The backend of a device of this machine; stops where it is not there. `Device(named:)` asks
  /// first.
  public static func device(_ ordinal: Int) -> CUDABackend {
    opened.withLock { opened in
      if let backend = opened[ordinal] { return backend }
      do {
        let backend = try CUDABackend(CUDALibraries.shared, ordinal)
        opened[ordinal] = backend
        return backend
      } catch { fatalError("cuda:\(ordinal): \(error)") }
    }
  }

  private init(_ libraries: CUDALibraries, _ ordinal: Int) throws(DeviceError) {
    try CUDADevices.shared.require(ordinal)
    let (compiler, products, convolution):
      (
        Library<cgpu_compiler>, Library<cgpu_products>, Library<cgpu_convolution>
      )
    let driver: Library<cgpu_driver>
    do {
      (driver, compiler) = (try libraries.driver.get(), try libraries.tools.compiler.get())
      products = try libraries.tools.products.get()
      convolution = try libraries.tools.convolution.get()
    } catch { throw DeviceError("cuda:\(ordinal)", error.description) }
    let context = CUDAContext(driver, ordinal: ordinal)
    self.context = context
    name = "cuda:\(ordinal)"
    kernels = KernelTable(context, compiler)
    pool = MemoryPool(
      allocate: { size in
        context.enter()
        var address: cgpu_address = 0
        let code = context.calls.allocate(&address, size)
        if code == CGPU_OUT_OF_MEMORY { return nil }
        context.check(code, "cuMemAlloc of \(size) bytes")
        return UnsafeMutableRawPointer(bitPattern: UInt(address))
      },
      release: { address in
        context.enter()
        context.recorder.leave()  // a recording may need the memory that it gave back
        context.check(context.calls.release(UInt64(UInt(bitPattern: address))), "cuMemFree")
      })
    uploads = UploadRing(context)
    numbers = NumberReader(context)
    fault = DeviceFault(context)
    do { convolutions = try ConvolutionPlans(context, convolution) } catch {
      throw DeviceError("cuda:\(ordinal)", "cuDNN does not open it: \(error)")
    }
    self.products = ProductPlans(context, products)
    versions = CUDASurvey(libraries).versions
  }

  /// Whether single precision may be rounded to TensorFloat-32 (10 bits) before it is multiplied;
  /// at first not.
  public var usesTF32: Bool {
    get { choices.withLock { $0.usesTF32 } }
    set { choices.withLock { $0.usesTF32 = newValue } }
  }

  /// Whether convolutions, too, must give the same bits at every run; at first not.
  public var isDeterministic: Bool {
    get { choices.withLock { $0.isDeterministic } }
    set { choices.withLock { $0.isDeterministic = newValue } }
  }

  /// Whether the first use of a convolution times what cuDNN offers, instead of trusting its
  /// order; at first not.
  public var timesPlans: Bool {
    get { choices.withLock { $0.timesPlans } }
    set { choices.withLock { $0.timesPlans = newValue } }
  }

  var currentChoices: Choices { choices.withLock { $0 } }

  /// The device, the libraries and their versions, for the record of a run.
  public var libraries: [String: String] {
    let current = currentChoices
    return versions.merging([
      name: "\(context.name) (\(context.architecture))",
      "TF32": current.usesTF32 ? "on" : "off",
      "deterministic": current.isDeterministic ? "yes" : "no",
      "CUDA graphs": usesGraphs ? "on" : "off",
    ]) { $1 }
  }

  /// The card as cuDNN describes it, in JSON: what `CUDATools.plan` takes. Throws cuDNN's words.
  public var cardDescription: String { get throws { try convolutions.cardDescription() } }

  /// Waits until everything that was asked for is done, and stops where kernels reported something.
  public func wait() {
    context.wait()
    fault.check()
  }
}
