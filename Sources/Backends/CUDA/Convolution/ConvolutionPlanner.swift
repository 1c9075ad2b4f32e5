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

  /// A way to compute a convolution: an engine with a setting of its tilings.
  final class Candidate {
    let engine: Int64
    let pass: ConvolutionRequest.Pass
    let numericalNotes: [Int32]
    let behaviorNotes: [Int32]
    fileprivate let config: DNNDescriptor
    fileprivate let parts: [DNNDescriptor]

    fileprivate init(
      _ engine: Int64, _ pass: ConvolutionRequest.Pass, _ numerical: [Int32], _ behavior: [Int32],
      _ config: DNNDescriptor,
      keeping parts: [DNNDescriptor]
    ) {
      (self.engine, self.pass, self.config, self.parts) = (engine, pass, config, parts)
      (numericalNotes, behaviorNotes) = (numerical, behavior)
    }

    /// Whether it is the engine that can do everything, slowly.
    var isCatchAll: Bool { engine == 0 }
  }

  /// A candidate that is ready to run.
  final class Plan {
    let candidate: Candidate
    let descriptor: DNNDescriptor
    let workspace: Int

    fileprivate init(_ candidate: Candidate, _ descriptor: DNNDescriptor, _ workspace: Int) {
      (self.candidate, self.descriptor, self.workspace) = (candidate, descriptor, workspace)
    }
  }

  /// Settings of one engine that are looked at; they are tilings that differ little in speed.
  private static let settingsOfEngine = 3

  /// The candidates that are exact enough, in the order of cuDNN's heuristic and then of its
  /// fallback list; the catch-all engine comes last. Throws where there is none.
  ///
  /// In single precision the engines that do not round stand far behind those of tensor cores, so
  /// all that the heuristic has is looked at.
  func candidates(_ request: ConvolutionRequest) throws(DNNError) -> [Candidate] {
    var handle: OpaquePointer?
    if case .handle(let own) = target { handle = own }
    let graph = try request.graph(calls, handle)
    var found: [Candidate] = []
    for mode in [CGPU_DNN_HEURISTIC_A, CGPU_DNN_HEURISTIC_FALLBACK] {
      for config in try configurations(graph, mode) {
        guard let candidate = try candidate(config, graph, request),
          found.count(where: { $0.engine == candidate.engine }) < Self.settingsOfEngine
        else { continue }
        found.append(candidate)
      }
    }
    guard !found.isEmpty else {
      throw DNNError(
        call: "the search for a plan of \(request)", code: 3000, words: "no engine is offered")
    }
    return found.filter { !$0.isCatchAll } + found.filter(\.isCatchAll)
  }

  /// Makes a candidate ready to run, which may take long: some are compiled.
  func plan(_ candidate: Candidate) throws(DNNError) -> Plan {
    let plan = try DNNDescriptor(calls, CGPU_DNN_PLAN, "plan") { plan throws(DNNError) in
      switch target {
      case .handle(let handle):
        try plan.set(CGPU_DNN_PLAN_HANDLE, CGPU_DNN_TYPE_HANDLE, [handle])
      case .description(let device): try plan.set(CGPU_DNN_PLAN_DEVICE, [device])
      }
      try plan.set(CGPU_DNN_PLAN_CONFIG, [candidate.config])
    }
    let workspace = try plan.get(
      CGPU_DNN_PLAN_WORKSPACE, CGPU_DNN_TYPE_INT64, 1, like: Int64(0))
    return Plan(candidate, plan, Int(workspace.first ?? 0))
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
    let offered = try heuristic.count(CGPU_DNN_HEURISTIC_RESULTS)
    var places: [DNNDescriptor] = []
    for _ in 0..<offered {
      places.append(try DNNDescriptor(calls, empty: CGPU_DNN_CONFIG, "configuration"))
    }
    let count = try heuristic.get(CGPU_DNN_HEURISTIC_RESULTS, into: places)
    return Array(places.prefix(count))
  }

  /// What a configuration is; nil where its engine is less exact than asked for.
  private func candidate(
    _ config: DNNDescriptor, _ graph: DNNDescriptor, _ request: ConvolutionRequest
  ) throws(DNNError) -> Candidate? {
    let engine = try DNNDescriptor(calls, empty: CGPU_DNN_ENGINE, "engine")
    _ = try config.get(CGPU_DNN_CONFIG_ENGINE, into: [engine])
    let notes = try engine.get(
      CGPU_DNN_ENGINE_NUMERICAL_NOTES, CGPU_DNN_TYPE_NUMERICAL_NOTE, 16, like: Int32(0))
    let behavior = try engine.get(
      CGPU_DNN_ENGINE_BEHAVIOR_NOTES, CGPU_DNN_TYPE_BEHAVIOR_NOTE, 16, like: Int32(0))
    var unwanted = [CGPU_DNN_DOWN_CONVERT_INPUTS, CGPU_DNN_REDUCED_PRECISION]
    if request.dtype == .f32 && !choices.usesTF32 { unwanted.append(CGPU_DNN_TENSOR_CORE) }
    if choices.isDeterministic { unwanted.append(CGPU_DNN_NONDETERMINISTIC) }
    if notes.contains(where: { unwanted.contains(Int($0)) }) { return nil }
    let index = try engine.get(
      CGPU_DNN_ENGINE_INDEX, CGPU_DNN_TYPE_INT64, 1, like: Int64(0))
    return Candidate(
      index.first ?? -1, request.pass, notes, behavior, config, keeping: [engine, graph])
  }
}
