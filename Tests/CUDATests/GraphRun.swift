import Backends
import Layers
import Randomness
import Tensors
import Testing
import Training

/// A training on a GPU, of a network that has what training has: convolutions, normalization,
/// pooling, dropout, a loss with weights, numbers that are reported.
struct GraphRun: Sendable, CustomTestStringConvertible {
  /// What a run comes to.
  struct Outcome {
    /// The loss and the numbers of each step, to the bit.
    var records: [[String: UInt64]] = []
    /// Graphs after each step.
    var counts: [GraphCounts] = []
    /// Graphs before the first step.
    var first: GraphCounts
    /// The bits of parameters and of the optimizer's memory.
    var learned: [String: [UInt32]] = [:]
    /// All that, and the bits of running statistics.
    var bytes: [String: [UInt32]] = [:]
    var error: DivergenceError?

    var last: GraphCounts { counts.last ?? first }
  }
  let testDescription: String
  let rule: @Sendable () -> any Optimizer
  let dtype: DType
  let accumulation: Int
  let clipNorm: Double
  var steps = 7
  /// Pictures of a batch by its number, and their side.
  var pictures: @Sendable (Int) -> Int = { _ in 3 }
  var side = 12
  /// The batch whose pictures are no numbers.
  var broken: Int?

  init(
    _ name: String, rule: @autoclosure @escaping @Sendable () -> any Optimizer = Adam(),
    dtype: DType = .f32, accumulation: Int = 1, clipNorm: Double = 0
  ) {
    testDescription = name
    self.rule = rule
    self.dtype = dtype
    self.accumulation = accumulation
    self.clipNorm = clipNorm
  }

  /// Trains from the same beginning, with CUDA graphs or without.
  func outcome(graphs: Bool) throws -> Outcome {
    let backend = CUDABackend.device(0)
    backend.isDeterministic = true
    backend.usesGraphs = graphs
    defer { backend.usesGraphs = false }
    var outcome = Outcome(first: backend.graphCounts)
    var (model, optimizer) = (network, rule())
    var loop = TrainingLoop(
      iterations: steps,
      schedule: Schedule(base: 0.02, decay: .cosine(final: 0), warmup: 2, total: 8),
      clipNorm: clipNorm, key: RandomKey(seed: 4))
    loop.accumulation = accumulation
    do {
      try loop.run(&model, &optimizer, batch: { $0 }, loss: loss) { step, _, _ in
        if let fault = step.fault { throw fault }
        let numbers = step.metrics.merging(["loss": step.loss, "rate": step.rate]) { $1 }
        outcome.records.append(numbers.mapValues(\.bitPattern))
        outcome.counts.append(backend.graphCounts)
        return true
      }
    } catch let error as DivergenceError { outcome.error = error }
    for named in model.tensors {
      let bits = named.tensor.floats.map { $0.bitPattern }
      outcome.bytes[named.name] = bits
      if named.role != .statistic { outcome.learned[named.name] = bits }
    }
    outcome.learned["time"] = [UInt32(optimizer.state.time)]
    for (name, slots) in optimizer.state.slots {
      outcome.learned["\(name), slots"] = slots.flatMap { $0.floats.map { $0.bitPattern } }
    }
    outcome.bytes.merge(outcome.learned) { $1 }
    return outcome
  }

  private var network: Stack {
    let key = RandomKey(seed: 2)
    func convolution(_ name: String, _ inputs: Int, _ outputs: Int, relu: Bool) -> Stack.Stage {
      .init(
        name,
        Convolution(
          inputs, outputs, kernel: 3, .init(padding: 1, relu: relu), key: key.folding(name),
          on: .cuda(0)))
    }
    return Stack([
      convolution("conv1", 1, 6, relu: false),
      .init("norm1", BatchNormalization(6, affine: true, relu: true, on: .cuda(0))),
      .init("pool1", MaxPooling(.init(window: 2, stride: 2))),
      convolution("conv2", 6, 9, relu: true), .init("drop2", Dropout(rate: 0.3)),
      convolution("conv3", 9, 9, relu: true), .init("up3", Upsampling(factor: 2)),
      convolution("score", 9, 5, relu: false),
    ])
  }

  /// The weighted cross-entropy of drawn pictures and classes, which are uploaded as in training.
  private func loss(_ model: inout Stack, _ batch: Int, _ pass: inout Pass) -> TrainingLoop.Loss {
    var stream = RandomKey(seed: 6).folding(batch).stream()
    let shape: Shape = [pictures(batch), 1, side, side]
    let values = (0..<shape.count).map { _ in
      batch == broken ? Float.nan : Float(stream.normal())
    }
    let logits = model.forward(
      Tensor(values, shape: shape, dtype: dtype, on: .cuda(0)), &pass
    ).converted(to: .f32)
    let places = logits.shape.replacing(1, with: 1)
    let classes = Tensor(
      indices: (0..<places.count).map { _ in Int32(stream.index(below: 5)) }, shape: places,
      on: .cuda(0))
    let weights = Tensor(
      (0..<places.count).map { _ in Float(stream.uniform()) }, shape: places, on: .cuda(0))
    let losses = logits.softmaxCrossEntropy(
      classes: classes, weights: Tensor(filledWith: 1, shape: places, on: .cuda(0)))
    return .init(
      (losses * weights).mean(), metrics: ["plain": Reading(losses.sum()) { $0 / 2 + 1 }])
  }
}
