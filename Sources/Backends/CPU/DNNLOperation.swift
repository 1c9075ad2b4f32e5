internal import CDNNL
internal import Synchronization

/// A compiled oneDNN primitive, the layouts it wants, and the number of threads that it is laid out
/// for and runs on.
final class DNNLOperation: @unchecked Sendable {
  private let handle: OpaquePointer
  private let layouts: [DNNLLayout?]
  private let threads: Int32

  init(
    _ what: @autoclosure () -> String, threads: Int, _ make: (inout OpaquePointer?) -> Int32
  ) {
    self.threads = Int32(threads)
    cdnnl_use_threads(self.threads)
    var made: OpaquePointer?
    check(make(&made), what())
    let handle = made!
    layouts = (0...CDNNL_DIFF_BIAS.rawValue).map { role in
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
    withExtendedLifetime(operands) {
      run(memory, operands.map { cdnnl_argument(role: $0.0, address: $0.1.address) })
    }
  }

  /// Runs on memory that the caller keeps alive; borrows working memory.
  func run(_ memory: WorkingMemory, _ arguments: [cdnnl_argument]) {
    let scratch = optional(CDNNL_SCRATCHPAD).map { memory.buffer(byteCount: $0.byteCount) }
    withExtendedLifetime(scratch) {
      run(
        arguments
          + (scratch.map { [cdnnl_argument(role: CDNNL_SCRATCHPAD, address: $0.address)] } ?? []))
    }
  }

  /// Runs on memory that the caller keeps alive; it must need no working memory.
  func run(_ arguments: [cdnnl_argument]) {
    cdnnl_use_threads(threads)
    check(cdnnl_run(handle, arguments, Int32(arguments.count)), "run of \(implementation)")
  }
}

/// What a primitive is made for.
enum OperationKey: Hashable {
  case reorder(DNNLLayout, DNNLLayout)
  case product(DNNLLayout, DNNLLayout, DNNLLayout, adds: Bool, threads: Int)
  case pool(pass: UInt32, kind: UInt32, DNNLLayout, Shape, PoolingParameters)
  case response(pass: UInt32, DNNLLayout, LRNParameters)
}

/// What a convolution is made for.
struct ConvolutionKey: Hashable {
  let pass: UInt32
  let x, w, y: Shape
  let p: ConvolutionParameters
  let dtype: DType
  let bias, inPieces: Bool
}

/// The operations made so far: training asks for the same ones at every step.
final class OperationCache<Key: Hashable & Sendable, Operation: Sendable>: Sendable {
  private struct State {
    var threads = 0
    var known: [Key: Operation] = [:]
  }
  private let state = Mutex(State())

  /// The operation for `key`, made when it is asked for the first time with so many threads.
  func operation(_ key: Key, threads: Int, _ make: () -> Operation) -> Operation {
    state.withLock { state in
      // Some are laid out for the number of threads; and images of ever new sizes must not fill the
      // memory.
      if state.threads != threads || state.known.count >= 2048 { state = State(threads: threads) }
      if let operation = state.known[key] { return operation }
      let operation = make()
      state.known[key] = operation
      return operation
    }
  }
}
