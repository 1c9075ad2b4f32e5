import Backends
import Foundation
import Layers
import Randomness
import Tensors
import Testing
import Training

/// Training steps in CUDA graphs are those without. The tests have the stream for themselves: a
/// call by another test would become a part of their recordings.
@Suite(
  .serialized,
  .enabled(
    if: Device.present.contains(.cuda(0))
      && ProcessInfo.processInfo.environment["PIGMENT_TEST_ALONE"] != nil,
    "needs a GPU and a process of its own: PIGMENT_TEST_ALONE=1, --filter GraphTests"))
struct GraphTests {
  static let runs = [
    GraphRun("Adam"), GraphRun("Adam, clipped", clipNorm: 0.5), GraphRun("bfloat16", dtype: .bf16),
    GraphRun("two batches a step", accumulation: 2, clipNorm: 0.5),
    GraphRun("SGD", rule: SGD(momentum: 0.9, weightDecay: 1e-3), clipNorm: 1),
    GraphRun("averages", rule: WeightAveraging(SGD(momentum: 0.9, nesterov: true), decay: 0.9)),
  ]

  @Test(arguments: runs) func theBytesAreThoseWithoutGraphs(run: GraphRun) throws {
    print("is recorded: \(Device.cuda(0))")  // the test that started this one looks for it
    // Graphs first, so that kernels and plans are met for the first time in a recording.
    let (graphs, plain) = (try run.outcome(graphs: true), try run.outcome(graphs: false))
    #expect(plain.records.count == 7 && Set(plain.records).count == 7)
    #expect(graphs.records == plain.records)
    #expect(graphs.bytes == plain.bytes)
    #expect(graphs.last.instantiated > graphs.first.instantiated)
    #expect(plain.last == plain.first)
  }

  /// The second step makes its graphs ready; later ones hand them their arguments.
  @Test func laterStepsOnlyUpdate() throws {
    let counts = try GraphRun("", accumulation: 2).outcome(graphs: true).counts
    let pieces = counts[2].updated - counts[1].updated
    #expect(pieces >= 2, "the step is too short to be started in pieces: \(counts)")
    for (before, after) in zip(counts.dropFirst(), counts.dropFirst(2)) {
      #expect(after.instantiated == before.instantiated, "\(counts)")
      #expect(after.updated == before.updated + pieces, "\(counts)")
    }
  }

  @Test func graphsOfOtherNodesAreMadeReadyAnew() {
    let backend = CUDABackend.device(0)
    backend.usesGraphs = true
    defer { backend.usesGraphs = false }
    func upload() -> Tensor { Tensor([Float]([1, 2]), shape: [2], on: .cuda(0)) }
    func fill() -> Tensor { Tensor(filledWith: 3, shape: [2], on: .cuda(0)) }
    func counts(_ body: () -> [Tensor]) -> [Int] {
      let before = backend.graphCounts
      _ = Device.cuda(0).recording(body)
      let after = backend.graphCounts
      return [after.instantiated - before.instantiated, after.updated - before.updated]
    }
    _ = counts { [upload(), upload()] }
    #expect(counts { [upload(), upload()] } == [0, 1])
    #expect(counts { [upload(), fill()] } == [1, 0])
    #expect(counts { [upload(), fill(), fill()] } == [1, 0])
    #expect(counts { [] } == [0, 0])
    #expect(counts { [upload(), fill(), fill()] } == [0, 1])
  }

  /// A step of new shapes leaves its recording to plan convolutions, and the next one is recorded
  /// whole.
  @Test func newShapesAreMadeReadyAnew() throws {
    var run = GraphRun("")
    run.pictures = { $0 < 3 ? 2 : 5 }
    run.side = 14  // no other test has planned it
    let (plain, graphs) = (try run.outcome(graphs: false), try run.outcome(graphs: true))
    #expect(graphs.records == plain.records && graphs.bytes == plain.bytes)
    run.side = 15
    let counts = try run.outcome(graphs: true).counts.map(\.instantiated)
    #expect(counts[2] == counts[1], "\(counts)")
    #expect(counts[3] > counts[2] && counts[4] > counts[3], "\(counts)")
    #expect(counts[6] == counts[4], "\(counts)")
  }

  @Test(arguments: [1, 2]) func aBrokenStepIsNotTaken(accumulation: Int) throws {
    var run = GraphRun("", accumulation: accumulation)
    run.broken = 5
    let (plain, graphs) = (try run.outcome(graphs: false), try run.outcome(graphs: true))
    for outcome in [plain, graphs] {
      #expect(outcome.error?.batch == 5 && outcome.error?.step == 5 / accumulation + 1)
      #expect(outcome.records.count == 5 / accumulation)
    }
    run.broken = nil
    run.steps = 5 / accumulation
    let whole = try run.outcome(graphs: false)
    #expect(graphs.bytes == plain.bytes && graphs.learned == whole.learned)
  }

  @Test func whatWasAskedForBeforeAnErrorIsDone() throws {
    let backend = CUDABackend.device(0)
    backend.usesGraphs = true
    defer { backend.usesGraphs = false }
    let x = Tensor([1.0, 2, 3], shape: [3], on: .cuda(0))
    var y: Tensor?
    #expect(throws: CancellationError.self) {
      try Device.cuda(0).recording {
        y = x.scaled(by: 2)
        throw CancellationError()
      }
    }
    #expect(y?.floats == [2, 4, 6])
    // A recording inside of another is a part of it.
    let z = Device.cuda(0).recording { Device.cuda(0).recording { x.scaled(by: 3) } + x }
    #expect(z.floats == [4, 8, 12])
  }

  /// Each upload of a recording has memory of its own until the device has been there.
  @Test func uploadsWaitForTheDevice() {
    let backend = CUDABackend.device(0)
    backend.usesGraphs = true
    defer { backend.usesGraphs = false }
    for round in 0..<3 {
      let tensors = Device.cuda(0).recording {
        (0..<300).map { Tensor([Float($0), Float(round)], shape: [2], on: .cuda(0)) }
      }
      #expect(tensors.map(\.floats) == (0..<300).map { [Float($0), Float(round)] })
    }
  }

  /// Memory that is given back to the driver may still be wanted by what was recorded.
  @Test(.enabled(if: isShort, "needs the emulated GPU, with little memory"))
  func memoryIsGivenBackOnlyWhenItIsNotWanted() {
    let backend = CUDABackend.device(0)
    backend.usesGraphs = true
    defer { backend.usesGraphs = false }
    func sums() -> Tensor {
      // Each is of another size, so that the freed memory of none can be used again as it is.
      (1...8).reduce(Tensor(filledWith: 0, shape: [], on: .cuda(0))) { sum, i in
        sum + Tensor(filledWith: Double(i), shape: [(3 + i) << 18], on: .cuda(0)).sum()
      }
    }
    let expected = sums().scalar  // by this all kernels are known
    #expect(expected == Double(312 << 18))
    let before = backend.graphCounts
    #expect(Device.cuda(0).recording { sums() }.scalar == expected)
    #expect(backend.graphCounts != before)
  }

  private static let isShort =
    ProcessInfo.processInfo.environment["EMULATED_GPU_BYTES"] != nil

  @Test func readingInsideOfARecordingStopsTheProgram() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      CUDABackend.device(0).usesGraphs = true
      Device.cuda(0).recording {
        _ = Tensor(filledWith: 1, shape: [2, 3], on: .cuda(0)).floats
      }
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains("a tensor of shape [2, 3] is read inside of a recording"), "\(text)")
  }
}
