internal import CGPU
internal import Synchronization

/// The plans made so far: training asks for the same ones at every step. cuDNN's handle serves one
/// thread at a time.
final class ConvolutionPlans: Sendable {
  private struct Key: Hashable {
    let request: ConvolutionRequest
    let choices: CUDABackend.Choices
  }
  private struct State: @unchecked Sendable {
    var handle: OpaquePointer?
    var known: [Key: ConvolutionPlanner.Plan] = [:]
  }
  private let context: CUDAContext
  private let calls: cgpu_convolution
  private let state = Mutex(State())
  /// Plans that need more working memory are passed over while others are left.
  private static let largestWorkspace = 1 << 30

  init(_ context: CUDAContext, _ library: Library<cgpu_convolution>) {
    self.context = context
    calls = library.calls
  }

  /// Runs a convolution over these addresses; `pool` lends the working memory.
  func run(
    _ request: ConvolutionRequest, _ choices: CUDABackend.Choices, _ pool: MemoryPool,
    _ tensors: [(ConvolutionTensor, Storage)]
  ) {
    context.enter()
    state.withLock { state in
      do {
        let handle = try open(&state)
        let key = Key(request: request, choices: choices)
        let plan: ConvolutionPlanner.Plan
        if let known = state.known[key] {
          plan = known
        } else {
          context.recorder.leave()
          if state.known.count >= 2048 {
            // What was started may still run code that the plans own.
            context.check(context.calls.synchronize(context.stream), "cuStreamSynchronize")
            state.known = [:]
          }
          plan = try choose(request, choices, handle, pool, tensors)
          state.known[key] = plan
        }
        try execute(plan, handle, pool, tensors)
      } catch {
        fatalError("cuda:\(context.ordinal): cuDNN: \(request): \(error)")
      }
    }
  }

  private func open(_ state: inout State) throws(DNNError) -> OpaquePointer {
    if let handle = state.handle { return handle }
    var handle: OpaquePointer?
    let code = calls.createHandle(&handle)
    if code != 0 { throw calls.error(code, "cudnnCreate") }
    let status = calls.setStream(handle, UnsafeMutableRawPointer(context.stream))
    if status != 0 { throw calls.error(status, "cudnnSetStream") }
    state.handle = handle
    return handle!
  }

  /// The first plan of the heuristic whose working memory is small enough, or the fastest of its
  /// first eight where they are to be timed.
  private func choose(
    _ request: ConvolutionRequest, _ choices: CUDABackend.Choices, _ handle: OpaquePointer,
    _ pool: MemoryPool, _ tensors: [(ConvolutionTensor, Storage)]
  ) throws(DNNError) -> ConvolutionPlanner.Plan {
    let planner = ConvolutionPlanner(calls: calls, target: .handle(handle), choices: choices)
    let plans = try planner.plans(request, limit: 8)
    let small = plans.filter { $0.workspace <= Self.largestWorkspace }
    guard choices.timesPlans, small.count > 1 else { return small.first ?? plans[0] }
    var best: (plan: ConvolutionPlanner.Plan, time: Float)?
    for plan in small {
      do {
        try execute(plan, handle, pool, tensors)  // the first run may load or compile
        let time = try milliseconds { () throws(DNNError) in
          for _ in 0..<3 { try execute(plan, handle, pool, tensors) }
        }
        if time < best?.time ?? .infinity { best = (plan, time) }
      } catch { continue }  // some engines refuse only when they run
    }
    return best?.plan ?? small[0]
  }

  private func milliseconds(_ body: () throws(DNNError) -> Void) throws(DNNError) -> Float {
    var (start, end): (OpaquePointer?, OpaquePointer?)
    context.check(context.calls.createEvent(&start, 0), "cuEventCreate")
    context.check(context.calls.createEvent(&end, 0), "cuEventCreate")
    defer {
      _ = context.calls.destroyEvent(start)
      _ = context.calls.destroyEvent(end)
    }
    context.check(context.calls.recordEvent(start, context.stream), "cuEventRecord")
    try body()
    context.check(context.calls.recordEvent(end, context.stream), "cuEventRecord")
    context.check(context.calls.waitEvent(end), "cuEventSynchronize")
    var time: Float = 0
    context.check(context.calls.elapsed(&time, start, end), "cuEventElapsedTime")
    return time
  }

  private func execute(
    _ plan: ConvolutionPlanner.Plan, _ handle: OpaquePointer, _ pool: MemoryPool,
    _ tensors: [(ConvolutionTensor, Storage)]
  ) throws(DNNError) {
    let workspace = plan.workspace > 0 ? pool.buffer(byteCount: plan.workspace) : nil
    let pack = try DNNDescriptor(calls, CGPU_DNN_VARIANT_PACK, "variant pack") {
      pack throws(DNNError) in
      try pack.set(CGPU_DNN_PACK_IDS, CGPU_DNN_TYPE_INT64, tensors.map(\.0.rawValue))
      try pack.set(CGPU_DNN_PACK_POINTERS, CGPU_DNN_TYPE_POINTER, tensors.map(\.1.buffer.address))
      try pack.set(CGPU_DNN_PACK_WORKSPACE, CGPU_DNN_TYPE_POINTER, [workspace?.address])
    }
    let code = calls.execute(handle, plan.descriptor.handle, pack.handle)
    withExtendedLifetime(workspace) {}
    if code != 0 { throw calls.error(code, "cudnnBackendExecute") }
    context.recorder.asked()
  }
}
