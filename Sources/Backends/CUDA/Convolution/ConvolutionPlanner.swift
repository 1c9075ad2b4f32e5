internal import CGPU

/// Asks cuDNN which engines can do a convolution, and makes plans of those that are exact enough.
struct ConvolutionPlanner {
  /// For what device plans are made.
  enum Target {
    /// That of a handle, which can run them.
    case handle(OpaquePointer)
    /// A described one, which need not be there.
    case description(DNNDescriptor)
  }
  let calls: cgpu_convolution
  let target: Target
  let choices: CUDABackend.Choices

  /// A plan and what is known of its engine.
  final class Plan {
    let descriptor: DNNDescriptor
    let workspace: Int
    let engine: Int64
    let numericalNotes: [Int32]
    let behaviorNotes: [Int32]
    fileprivate let parts: [DNNDescriptor]

    init(
      _ descriptor: DNNDescriptor, _ workspace: Int, _ engine: Int64, _ numerical: [Int32],
      _ behavior: [Int32], keeping parts: [DNNDescriptor]
    ) {
      (self.descriptor, self.workspace, self.engine) = (descriptor, workspace, engine)
      (numericalNotes, behaviorNotes, self.parts) = (numerical, behavior, parts)
    }
  }

  /// Plans in the order of cuDNN's heuristic, at most `limit`; where its first list has none, those
  /// of the fallback list. Throws when there is none at all.
  func plans(_ request: ConvolutionRequest, limit: Int) throws(DNNError) -> [Plan] {
    var handle: OpaquePointer?
    if case .handle(let own) = target { handle = own }
    let graph = try request.graph(calls, handle)
    var refused = "no engine is offered"
    for mode in [CGPU_DNN_HEURISTIC_A, CGPU_DNN_HEURISTIC_FALLBACK] {
      var plans: [Plan] = []
      for config in try configurations(graph, mode) where plans.count < limit {
        do {
          if let plan = try plan(config, graph, request.dtype) { plans.append(plan) }
        } catch { refused = error.description }
      }
      if !plans.isEmpty { return plans }
    }
    throw DNNError(call: "the search for a plan of \(request)", code: 3000, words: refused)
  }

  private func configurations(
    _ graph: DNNDescriptor, _ mode: Int
  ) throws(DNNError) -> [DNNDescriptor] {
    let heuristic: DNNDescriptor
    do {
      heuristic = try DNNDescriptor(calls, CGPU_DNN_HEURISTIC, "heuristic") { h throws(DNNError) in
        try h.set(CGPU_DNN_HEURISTIC_GRAPH, [graph])
        try h.set(CGPU_DNN_HEURISTIC_MODE, CGPU_DNN_TYPE_HEURISTIC_MODE, [Int32(mode)])
        if case .description(let device) = target {
          try h.set(CGPU_DNN_HEURISTIC_DEVICE, [device])
        }
      }
    } catch {
      if mode == CGPU_DNN_HEURISTIC_A { return [] }  // it may know nothing; the other list may
      throw error
    }
    var places: [DNNDescriptor] = []
    for _ in 0..<16 {
      places.append(try DNNDescriptor(calls, empty: CGPU_DNN_CONFIG, "configuration"))
    }
    let count = try heuristic.get(CGPU_DNN_HEURISTIC_RESULTS, into: places)
    return Array(places.prefix(count))
  }

  /// The plan of a configuration; nil where its engine is less exact than asked for.
  private func plan(
    _ config: DNNDescriptor, _ graph: DNNDescriptor, _ dtype: DType
  ) throws(DNNError) -> Plan? {
    let engine = try DNNDescriptor(calls, empty: CGPU_DNN_ENGINE, "engine")
    _ = try config.get(CGPU_DNN_CONFIG_ENGINE, into: [engine])
    let notes = try engine.get(
      CGPU_DNN_ENGINE_NUMERICAL_NOTES, CGPU_DNN_TYPE_NUMERICAL_NOTE, 16, like: Int32(0))
    let behavior = try engine.get(
      CGPU_DNN_ENGINE_BEHAVIOR_NOTES, CGPU_DNN_TYPE_BEHAVIOR_NOTE, 16, like: Int32(0))
    var unwanted = [CGPU_DNN_DOWN_CONVERT_INPUTS]
    if dtype == .f32 && !choices.usesTF32 { unwanted.append(CGPU_DNN_TENSOR_CORE) }
    if choices.isDeterministic { unwanted.append(CGPU_DNN_NONDETERMINISTIC) }
    if notes.contains(where: { unwanted.contains(Int($0)) }) { return nil }
    let index = try engine.get(
      CGPU_DNN_ENGINE_INDEX, CGPU_DNN_TYPE_INT64, 1, like: Int64(0))
    let plan = try DNNDescriptor(calls, CGPU_DNN_PLAN, "plan") { plan throws(DNNError) in
      switch target {
      case .handle(let handle):
        try plan.set(CGPU_DNN_PLAN_HANDLE, CGPU_DNN_TYPE_HANDLE, [handle])
      case .description(let device): try plan.set(CGPU_DNN_PLAN_DEVICE, [device])
      }
      try plan.set(CGPU_DNN_PLAN_CONFIG, [config])
    }
    let workspace = try plan.get(
      CGPU_DNN_PLAN_WORKSPACE, CGPU_DNN_TYPE_INT64, 1, like: Int64(0))
    return Plan(
      plan, Int(workspace.first ?? 0), index.first ?? -1, notes, behavior,
      keeping: [config, engine, graph])
  }
}
