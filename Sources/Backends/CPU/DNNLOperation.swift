internal import CDNNL
internal import Synchronization

/// A compiled oneDNN primitive and the layouts it wants.
final class DNNLOperation: @unchecked Sendable {
  private let handle: OpaquePointer
  private let layouts: [DNNLLayout?]

  init(_ what: @autoclosure () -> String, _ make: (inout OpaquePointer?) -> Int32) {
    var made: OpaquePointer?
    check(make(&made), what())
    let handle = made!
    layouts = (0...CDNNL_DIFF_SHIFT.rawValue).map { role in
      var layout: OpaquePointer?
      check(cdnnl_operation_layout(handle, cdnnl_role(role), &layout), "layout of an operand")
      return layout.map(DNNLLayout.init)
    }
    self.handle = handle
  }

  deinit { cdnnl_operation_destroy(handle) }

  /// The layout it wants for an operand it has.
  subscript(role: cdnnl_role) -> DNNLLayout { layouts[Int(role.rawValue)]! }

  /// The layout it wants for an operand it may not have.
  func optional(_ role: cdnnl_role) -> DNNLLayout? { layouts[Int(role.rawValue)] }

  /// Such as `jit:avx512_core`.
  var implementation: String { String(cString: cdnnl_operation_name(handle)) }

  /// Runs on buffers that lie in its layouts; borrows working memory.
  func run(_ memory: WorkingMemory, _ operands: [(cdnnl_role, Buffer)]) {
    var operands = operands
    if let scratch = optional(CDNNL_SCRATCHPAD) {
      operands.append((CDNNL_SCRATCHPAD, memory.buffer(byteCount: scratch.byteCount)))
    }
    withExtendedLifetime(operands) {
      run(operands.map { cdnnl_argument(role: $0.0, address: $0.1.address) })
    }
  }

  /// Runs on memory that the caller keeps alive; it must need no working memory.
  func run(_ arguments: [cdnnl_argument]) {
    check(cdnnl_run(handle, arguments, Int32(arguments.count)), "run of \(implementation)")
  }
}

/// What a primitive is made for.
enum OperationKey: Hashable {
  case convolution(
    pass: UInt32, x: Shape, w: Shape, y: Shape, ConvolutionParameters, DType, bias: Bool)
  case reorder(DNNLLayout, DNNLLayout)
  case product(DNNLLayout, DNNLLayout, DNNLLayout, adds: Bool)
  case pool(pass: UInt32, kind: UInt32, DNNLLayout, Shape, PoolingParameters)
  case normalization(
    pass: UInt32, DNNLLayout, epsilon: Float, scale: Bool, shift: Bool, relu: Bool, given: Bool)
  case response(pass: UInt32, DNNLLayout, LRNParameters)
}

/// The primitives made so far: training asks for the same ones at every step.
final class OperationCache: Sendable {
  private struct State {
    var threads = 0
    var known: [OperationKey: DNNLOperation] = [:]
  }
  private let state = Mutex(State())

  /// The primitive for `key`, made when it is asked for the first time with so many threads.
  func operation(_ key: OperationKey, threads: Int, _ make: () -> DNNLOperation) -> DNNLOperation {
    state.withLock { state in
      // Primitives are laid out for a number of threads; and images of ever new sizes must not
      // fill the memory.
      if state.threads != threads || state.known.count >= 2048 { state = State(threads: threads) }
      if let operation = state.known[key] { return operation }
      let operation = make()
      state.known[key] = operation
      return operation
    }
  }
}
