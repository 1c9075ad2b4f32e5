/// What was done with CUDA graphs so far; each was started once more.
public struct GraphCounts: Hashable, Sendable {
  /// Graphs that were made ready from their nodes.
  public var instantiated = 0
  /// Graphs whose arguments one of the same nodes took over.
  public var updated = 0
}

extension CUDABackend {
  /// Whether `recording` takes down what it is asked for in CUDA graphs; at first not.
  public var usesGraphs: Bool {
    get { context.recorder.isWanted }
    set { context.recorder.isWanted = newValue }
  }

  /// What was done with CUDA graphs since the device was opened.
  public var graphCounts: GraphCounts { context.recorder.counts }

  /// Runs `body`; where graphs are used, the device is given what it asks for in graphs instead of
  /// call by call. Stops where `body` reads something. What `body` asked for before it throws is
  /// done all the same.
  public func recording<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard context.recorder.isDue else { return try body() }
    context.enter()
    uploads.beginRecording()
    context.recorder.begin()
    defer {
      context.enter()
      context.recorder.end()
      uploads.endRecording()
    }
    return try body()
  }
}
