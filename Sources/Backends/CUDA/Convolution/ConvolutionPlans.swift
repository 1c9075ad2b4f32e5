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
    let handle: OpaquePointer
    var known: [Key: ConvolutionPlanner.Plan] = [:]
    var isFused: [Key: Bool] = [:]
    /// One block for all: convolutions follow one another on the stream.
    var workspace: Buffer?
  }
  private let context: CUDAContext
  private let calls: cgpu_convolution
  private let state: Mutex<State>
  /// Plans that are timed; to make one ready may take a second.
  private static let mostTimed = 12

  /// Opens cuDNN on the device. A handle is not to be made later: that waits for the device, which
  /// a recording forbids.
  init(_ context: CUDAContext, _ library: Library<cgpu_convolution>) throws(DNNError) {
    self.context = context
    calls = library.calls
    context.enter()
    var handle: OpaquePointer?
    let code = calls.createHandle(&handle)
    guard code == 0, let handle else { throw calls.error(code, "cudnnCreate") }
    let status = calls.setStream(handle, UnsafeMutableRawPointer(context.stream))
    if status != 0 { throw calls.error(status, "cudnnSetStream") }
    state = Mutex(State(handle: handle))
  }

  /// The request, or the convolution alone where cuDNN adds bias and ReLU by its catch-all engine
  /// only and has another without them.
  func worthFusing(
    _ request: ConvolutionRequest, _ choices: CUDABackend.Choices
  ) -> ConvolutionRequest {
    guard request.bias else { return request }
    let key = Key(request: request, choices: choices)
    return state.withLock { state in
      let planner = ConvolutionPlanner(
        calls: calls, target: .handle(state.handle), choices: choices)
      let isFused = state.isFused[key] ?? planner.fuses(request)
      state.isFused[key] = isFused
      return isFused ? request : request.alone
    }
  }

  /// Runs a convolution over these addresses; `pool` lends the working memory.
  func run(
    _ request: ConvolutionRequest, _ choices: CUDABackend.Choices, _ pool: MemoryPool,
    _ tensors: [(ConvolutionTensor, Storage)]
  ) {
    context.enter()
    state.withLock { state in
      let key = Key(request: request, choices: choices)
      do {
        if let plan = state.known[key] { return try execute(plan, &state, pool, tensors) }
        context.recorder.leave()
        if state.known.count >= 2048 {
          // What was started may still run code that the plans own.
          context.check(context.calls.synchronize(context.stream), "cuStreamSynchronize")
          (state.known, state.isFused) = ([:], [:])
        }
        state.known[key] = try choose(request, choices, &state, pool, tensors)
      } catch {
        fatalError("cuda:\(context.ordinal): cuDNN: \(request): \(error)")
      }
    }
  }

  /// Runs the first candidate that the device does not refuse, or each of the first, of which the
  /// fastest is chosen where they are to be timed.
  private func choose(
    _ request: ConvolutionRequest, _ choices: CUDABackend.Choices, _ state: inout State,
    _ pool: MemoryPool, _ tensors: [(ConvolutionTensor, Storage)]
  ) throws(DNNError) -> ConvolutionPlanner.Plan {
    let planner = ConvolutionPlanner(calls: calls, target: .handle(state.handle), choices: choices)
    let limit = workspaceLimit(holding: state.workspace)
    var best: (plan: ConvolutionPlanner.Plan, time: Float)?
    var (timed, refusals) = (0, [String]())
    for candidate in try planner.candidates(request) {
      // The catch-all engine is for want of others.
      if best != nil && (timed >= Self.mostTimed || candidate.isCatchAll) { break }
      var bytes: Int?
      do {
        let plan = try planner.plan(candidate)
        bytes = plan.workspace
        guard plan.workspace <= limit else {
          throw DNNError(call: "the choice", code: 0, words: "only \(limit) bytes are to be had")
        }
        try execute(plan, &state, pool, tensors)  // the first run may load or compile
        guard choices.timesPlans else { return plan }
        timed += 1
        let time = try milliseconds { () throws(DNNError) in
          for _ in 0..<3 { try execute(plan, &state, pool, tensors) }
        }
        if time < best?.time ?? .infinity { best = (plan, time) }
      } catch {
        let memory = bytes.map { " with \($0) bytes of working memory" } ?? ""
        refusals.append("engine \(candidate.engine)\(memory): \(error)")
      }
    }
    guard let best else {
      throw DNNError(
        call: "every engine", code: 0, words: refusals.joined(separator: "; "))
    }
    return best.plan
  }

  /// What a plan may take as working memory: a quarter of what is left on the device, the present
  /// block included.
  private func workspaceLimit(holding present: Buffer?) -> Int {
    var (rest, total) = (0, 0)
    context.check(context.calls.freeMemory(&rest, &total), "cuMemGetInfo")
    return max((rest + (present?.byteCount ?? 0)) / 4, present?.byteCount ?? 0)
  }

  /// The card as cuDNN describes it, in JSON: what plans can be made for where it is not.
  func cardDescription() throws(DNNError) -> String {
    context.enter()
    let handle = state.withLock { $0.handle }
    let card = try DNNDescriptor(calls, CGPU_DNN_DEVICE, "description of the card") {
      card throws(DNNError) in
      try card.set(CGPU_DNN_DEVICE_HANDLE, CGPU_DNN_TYPE_HANDLE, [handle])
    }
    let text = try card.get(CGPU_DNN_DEVICE_JSON, CGPU_DNN_TYPE_CHAR, 1 << 16, like: UInt8(0))
    return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
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
    _ plan: ConvolutionPlanner.Plan, _ state: inout State, _ pool: MemoryPool,
    _ tensors: [(ConvolutionTensor, Storage)]
  ) throws(DNNError) {
    if plan.workspace > state.workspace?.byteCount ?? 0 {
      state.workspace = nil  // first given back
      state.workspace = pool.buffer(byteCount: plan.workspace)
    }
    let workspace = plan.workspace > 0 ? state.workspace?.address : nil
    let pack = try DNNDescriptor(calls, CGPU_DNN_VARIANT_PACK, "variant pack") {
      pack throws(DNNError) in
      try pack.set(CGPU_DNN_PACK_IDS, CGPU_DNN_TYPE_INT64, tensors.map(\.0.rawValue))
      try pack.set(CGPU_DNN_PACK_POINTERS, CGPU_DNN_TYPE_POINTER, tensors.map(\.1.buffer.address))
      try pack.set(CGPU_DNN_PACK_WORKSPACE, CGPU_DNN_TYPE_POINTER, [workspace])
    }
    context.clock.begin("cuDNN, \(plan.candidate.pass)")
    let code = calls.execute(state.handle, plan.descriptor.handle, pack.handle)
    context.clock.end()
    if code != 0 { throw calls.error(code, "cudnnBackendExecute") }
    context.recorder.asked()
  }
}

extension ConvolutionPlanner {
  /// Whether bias and ReLU cost nothing beside a convolution: cuDNN has an engine for all of it, or
  /// nothing but the catch-all for the convolution alone.
  func fuses(_ request: ConvolutionRequest) -> Bool {
    func isGood(_ request: ConvolutionRequest) -> Bool {
      ((try? candidates(request)) ?? []).contains { !$0.isCatchAll }
    }
    return isGood(request) || !isGood(request.alone)
  }
}
