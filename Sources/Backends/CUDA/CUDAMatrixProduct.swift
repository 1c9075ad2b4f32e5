internal import CGPU
internal import Synchronization

extension CUDABackend {
  /// op(a) op(b), where op transposes or not, by cuBLASLt.
  public func matrixProduct(_ a: Storage, _ b: Storage, transposeA: Bool, transposeB: Bool)
    -> Storage
  {
    let sizes = ProductSizes(a.shape, b.shape, transposeA: transposeA, transposeB: transposeB)
    let (rows, inner, columns) = (sizes.rows, sizes.inner, sizes.columns)
    if rows * columns * inner == 0 {
      return filled(with: 0, shape: [rows, columns], dtype: a.dtype)
    }
    let y = storage([rows, columns], a.dtype)
    let key = ProductKey(
      dtype: a.dtype, a: a.shape, b: b.shape, transposeA: transposeA, transposeB: transposeB,
      usesTF32: usesTF32)
    products.run(key, pool, rowMajor(a), rowMajor(b, as: a.dtype), y)
    return y
  }
}

/// What a plan of a product depends on.
struct ProductKey: Hashable {
  let dtype: DType
  let a, b: Shape
  let transposeA, transposeB: Bool
  let usesTF32: Bool
}

/// The algorithms of cuBLASLt chosen so far. It counts columns first, so it is asked for the
/// transposed product of the transposed matrices: the same memory.
final class ProductPlans: Sendable {
  private final class Plan {
    var product, left, right, result: OpaquePointer?
    var choice = cgpu_choice()
  }
  private struct State: @unchecked Sendable {
    let handle: OpaquePointer
    var known: [ProductKey: Plan] = [:]
  }
  private let context: CUDAContext
  private let calls: cgpu_products
  private let state: Mutex<State>
  private static let largestWorkspace = 32 << 20
  /// Algorithms that are asked for; the first that the device can do is taken.
  private static let mostChoices = 8

  /// Opens cuBLASLt on the device; a recording would forbid it later.
  init(_ context: CUDAContext, _ library: Library<cgpu_products>) {
    self.context = context
    calls = library.calls
    context.enter()
    var handle: OpaquePointer?
    let code = calls.createHandle(&handle)
    guard code == 0, let handle else {
      fatalError("cuda:\(context.ordinal): cublasLtCreate failed with \(code)")
    }
    state = Mutex(State(handle: handle))
  }

  func run(_ key: ProductKey, _ pool: MemoryPool, _ a: Storage, _ b: Storage, _ y: Storage) {
    context.enter()
    state.withLock { state in
      if state.known[key] == nil { context.recorder.leave() }
      let plan = state.known[key] ?? make(key, y.shape, state.handle)
      state.known[key] = plan
      let bytes = plan.choice.workspaceBytes
      let workspace = bytes > 0 ? pool.buffer(byteCount: bytes) : nil
      var (alpha, beta): (Float, Float) = (1, 0)
      context.clock.begin("cuBLASLt")
      let code = calls.multiply(
        state.handle, plan.product, &alpha, b.buffer.address, plan.left, a.buffer.address,
        plan.right, &beta, y.buffer.address, plan.result, y.buffer.address, plan.result,
        &plan.choice.algorithm, workspace?.address, bytes, context.stream)
      withExtendedLifetime((a, b, workspace)) {}
      context.clock.end()
      check(code, "cublasLtMatmul", key)
      context.recorder.asked()
    }
  }

  private func make(_ key: ProductKey, _ y: Shape, _ handle: OpaquePointer) -> Plan {
    let plan = Plan()
    let type = Int32(key.dtype == .bf16 ? CGPU_BLAS_BF16 : CGPU_BLAS_F32)
    let isFast = key.dtype == .f32 && key.usesTF32
    check(
      calls.createProduct(
        &plan.product, Int32(isFast ? CGPU_BLAS_COMPUTE_TF32 : CGPU_BLAS_COMPUTE_F32),
        Int32(CGPU_BLAS_F32)), "cublasLtMatmulDescCreate", key)
    func transpose(_ attribute: Int) {
      var value = Int32(CGPU_BLAS_TRANSPOSE)
      check(
        calls.setProduct(plan.product, Int32(attribute), &value, 4),
        "cublasLtMatmulDescSetAttribute", key)
    }
    if key.transposeB { transpose(CGPU_BLAS_TRANSPOSE_A) }
    if key.transposeA { transpose(CGPU_BLAS_TRANSPOSE_B) }
    func matrix(_ shape: Shape, _ place: inout OpaquePointer?) {
      check(
        calls.createMatrix(&place, type, UInt64(shape[1]), UInt64(shape[0]), Int64(shape[1])),
        "cublasLtMatrixLayoutCreate", key)
    }
    matrix(key.b, &plan.left)
    matrix(key.a, &plan.right)
    matrix(y, &plan.result)
    var preference: OpaquePointer?
    check(calls.createPreference(&preference), "cublasLtMatmulPreferenceCreate", key)
    defer { _ = calls.destroyPreference(preference) }
    var bytes = Self.largestWorkspace
    check(
      calls.setPreference(preference, Int32(CGPU_BLAS_MAX_WORKSPACE), &bytes, 8),
      "cublasLtMatmulPreferenceSetAttribute", key)
    var choices = [cgpu_choice](repeating: .init(), count: Self.mostChoices)
    var count: Int32 = 0
    let code = calls.choose(
      handle, plan.product, plan.left, plan.right, plan.result, plan.result, preference,
      Int32(choices.count), &choices, &count)
    let usable = choices.prefix(Int(count)).first { $0.state == 0 }
    // CUBLAS_STATUS_NOT_SUPPORTED
    check(code == 0 && usable == nil ? 15 : code, "cublasLtMatmulAlgoGetHeuristic", key)
    plan.choice = usable!
    return plan
  }

  private func check(_ code: Int32, _ call: String, _ key: ProductKey) {
    guard code != 0 else { return }
    fatalError(
      "cuda:\(context.ordinal): \(call) failed with \(code) for the product of \(key.a) and "
        + "\(key.b) in \(key.dtype)")
  }
}
