internal import CGPU
internal import Synchronization

/// Takes down what a stream is asked for in CUDA graphs, and starts those.
///
/// While it records, a call on the stream starts nothing: it becomes a node. A graph of `length`
/// calls is started at once, so that the device is at the beginning of a step while the host asks
/// for the rest; a step in a single graph would let the two take turns. The graph at the same place
/// of the next recording only hands its arguments to the one that is ready there; where its nodes
/// are others, it is made ready anew.
final class GraphRecorder: @unchecked Sendable {
  /// Calls in a graph, but for the last of a recording.
  private static let length = 128
  private struct State: @unchecked Sendable {
    var isWanted = false
    var isInside = false
    var isRecording = false
    /// Calls in the graph that is being recorded.
    var calls = 0
    /// Graphs that were started in this recording.
    var place = 0
    /// What is ready to be started, by place.
    var ready: [OpaquePointer] = []
    var counts = GraphCounts()
  }
  private let calls: cgpu_driver
  private let ordinal: Int
  private let stream: OpaquePointer
  private let state = Mutex(State())

  init(_ calls: cgpu_driver, ordinal: Int, stream: OpaquePointer) {
    self.calls = calls
    self.ordinal = ordinal
    self.stream = stream
  }

  /// Whether `recording` records at all.
  var isWanted: Bool {
    get { state.withLock { $0.isWanted } }
    set { state.withLock { $0.isWanted = newValue } }
  }
  /// Whether calls on the stream become nodes just now.
  var isRecording: Bool { state.withLock { $0.isRecording } }
  /// Whether a recording is wanted, and not under way.
  var isDue: Bool { state.withLock { $0.isWanted && !$0.isInside } }
  var counts: GraphCounts { state.withLock { $0.counts } }

  /// Begins a recording.
  func begin() {
    state.withLock { state in
      state.isInside = true
      state.place = 0
      capture(&state)
    }
  }

  /// Starts what is left of the recording.
  func end() {
    state.withLock { state in
      start(&state)
      state.isInside = false
    }
  }

  /// Before something that cannot be a node, such as timing a convolution, or loading a kernel that
  /// is met for the first time: starts what was recorded, and the rest of the recording call by
  /// call. A first step warms up in this way, and so does one of new shapes.
  func leave() { state.withLock { start(&$0) } }

  /// After a call on the stream.
  func asked() {
    state.withLock { state in
      guard state.isRecording else { return }
      state.calls += 1
      guard state.calls == Self.length else { return }
      start(&state)
      capture(&state)
    }
  }

  /// Stops the program where something is read inside of a recording.
  func requireOutside(_ reading: @autoclosure () -> String) {
    let isInside = state.withLock { $0.isInside }
    require(
      !isInside,
      "cuda:\(ordinal): \(reading()) inside of a recording, whose work may not have begun; read "
        + "after Device.recording")
  }

  private func capture(_ state: inout State) {
    // The pool may ask for memory meanwhile, which only the relaxed mode allows.
    check(calls.beginCapture(stream, Int32(CGPU_CAPTURE_RELAXED)), "cuStreamBeginCapture")
    state.isRecording = true
    state.calls = 0
  }

  private func start(_ state: inout State) {
    guard state.isRecording else { return }
    state.isRecording = false
    var graph: OpaquePointer?
    check(calls.endCapture(stream, &graph), "cuStreamEndCapture")
    defer { check(calls.destroyGraph(graph), "cuGraphDestroy") }
    guard state.calls > 0 else { return }
    if !updates(&state, graph) { instantiate(&state, graph) }
    check(calls.launchGraph(state.ready[state.place], stream), "cuGraphLaunch")
    state.place += 1
  }

  /// Hands the arguments of a graph to what is ready at its place; false where that does not fit.
  private func updates(_ state: inout State, _ graph: OpaquePointer?) -> Bool {
    guard state.place < state.ready.count else { return false }
    var result = cgpu_update()
    // Whatever the reason is, a graph that is made anew does not depend on it; a device that is
    // lost says so then.
    guard calls.updateGraph(state.ready[state.place], graph, &result) == 0 else { return false }
    state.counts.updated += 1
    return true
  }

  private func instantiate(_ state: inout State, _ graph: OpaquePointer?) {
    var fresh: OpaquePointer?
    check(calls.instantiate(&fresh, graph, 0), "cuGraphInstantiate")
    state.counts.instantiated += 1
    if state.place < state.ready.count {
      check(calls.destroyExecutable(state.ready[state.place]), "cuGraphExecDestroy")
      state.ready[state.place] = fresh!
    } else {
      state.ready.append(fresh!)
    }
  }

  private func check(_ code: Int32, _ call: String) { calls.check(code, call, on: ordinal) }
}
