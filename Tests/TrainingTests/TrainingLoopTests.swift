import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Training

/// A vector that is multiplied by a number, which is then its gradient.
private struct Slope: Parameterized {
  var position: Tensor

  init(_ values: [Double], on device: Device) {
    position = Tensor(values, shape: [values.count], on: device)
  }

  mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.parameter("position", &position, .weight)
  }
}

/// What the loop makes of losses, gradients and numbers.
@Suite struct TrainingLoopTests {
  /// Runs over batches of one number each, by gradient descent at rate 1; the loss of batch `lost`
  /// is infinite, though its gradient is not.
  private func run(
    _ model: inout Slope, _ optimizer: inout any Optimizer, _ batches: [Double],
    accumulation: Int = 1, clipNorm: Double = 0, lost: Int? = nil
  ) throws -> [TrainingLoop.Step] {
    let steps = batches.count / accumulation
    var loop = TrainingLoop(
      iterations: steps, schedule: Schedule(base: 1, total: steps), clipNorm: clipNorm,
      key: RandomKey(seed: 1))
    loop.accumulation = accumulation
    var taken: [TrainingLoop.Step] = []
    try loop.run(
      &model, &optimizer, batch: { $0 },
      loss: { model, batch, _ in
        let device = model.position.device
        let slopes = Tensor(filledWith: batches[batch], shape: model.position.shape, on: device)
        let more = Tensor(filledWith: batch == lost ? .infinity : 0, shape: [], on: device)
        let loss = (model.position * slopes).sum() + more
        return .init(loss, metrics: ["twice": Reading(loss) { 2 * $0 }, "five": Reading { 5 }])
      }
    ) { step, _, _ in
      if let fault = step.fault { throw fault }
      taken.append(step)
      return true
    }
    return taken
  }

  @Test(arguments: [Device.cpu, .reference]) func batchesMakeOneStepTogether(device: Device) throws
  {
    var (model, optimizer) = (Slope([1, 2], on: device), SGD() as any Optimizer)
    let steps = try run(&model, &optimizer, [1, 3], accumulation: 2)
    #expect(model.position.floats == [-1, 0])
    #expect(steps.count == 1 && steps[0].loss == 6)
    #expect(steps[0].metrics == ["twice": 12, "five": 5, "gradientNorm": 8.0.squareRoot()])
  }

  @Test(arguments: [Device.cpu, .reference]) func longGradientsAreClipped(device: Device) throws {
    var (model, optimizer) = (Slope([0, 0], on: device), SGD() as any Optimizer)
    // The mean gradient is (2, 2): half of it has the norm that is allowed.
    let steps = try run(
      &model, &optimizer, [1, 3], accumulation: 2, clipNorm: 2.0.squareRoot())
    #expect(steps[0].metrics["gradientNorm"] == 8.0.squareRoot())
    for value in model.position.floats { #expect(abs(value + 1) < 1e-6) }
  }

  @Test(arguments: [Device.cpu, .reference], [0, 0.5])
  func aBrokenStepIsNotTaken(device: Device, momentum: Double) throws {
    var model = Slope([1, 2], on: device)
    var optimizer: any Optimizer = SGD(momentum: momentum)
    _ = try run(&model, &optimizer, [1, 3], accumulation: 2)
    let (before, slots) = (model.position.floats, optimizer.state.slots["position"]!)
    let kept = slots.map(\.floats)
    let error = #expect(throws: DivergenceError.self) {
      try run(&model, &optimizer, [1, .infinity], accumulation: 2)
    }
    #expect(error?.step == 1 && error?.batch == 1 && error?.loss?.isFinite == false)
    #expect(model.position.floats == before && optimizer.state.time == 1)
    #expect(optimizer.state.slots["position"]!.map(\.floats) == kept)
    let first = #expect(throws: DivergenceError.self) {
      try run(&model, &optimizer, [.nan, 1], accumulation: 2)
    }
    #expect(first?.batch == 0)
  }

  @Test(arguments: [Device.cpu, .reference]) func aLossMustBeFiniteToo(device: Device) throws {
    for lost in 0..<2 {
      var (model, optimizer) = (Slope([1, 2], on: device), SGD() as any Optimizer)
      let error = #expect(throws: DivergenceError.self) {
        try run(&model, &optimizer, [1, 3], accumulation: 2, lost: lost)
      }
      #expect(error?.batch == lost && error?.loss == .infinity)
      #expect(model.position.floats == [1, 2])
    }
  }

  /// Of the batches of a step, the one that broke it is kept.
  @Test func aSessionKeepsTheBatchThatBrokeIt() throws {
    let scratch = try Scratch()
    var loop = TrainingLoop(
      iterations: 5, schedule: Schedule(base: 1, total: 5), key: RandomKey(seed: 1))
    loop.accumulation = 4
    var session = RunSession<Int>(
      try .create(
        "\(scratch.path)/run", configuration: Toy(), environment: RunFolderTests.environment()),
      title: "slope", loop: loop, intervals: .init(log: 0, checkpoint: 0, evaluation: 0),
      stream: (1, 12), dataHash: "da7a", notes: [:], threads: 2, makeBatch: { 100 + $0 })
    session.archive = { number, batch in
      var archive = TensorArchive()
      archive.metadata["batch"] = "\(number): \(batch)"
      return archive
    }
    var (model, optimizer) = (Slope([1, 2], on: .cpu), SGD() as any Optimizer)
    let error = #expect(throws: DivergenceError.self) {
      try session.train(
        &model, &optimizer, from: 0,
        loss: { model, batch, _ in
          .init(model.position.sum().scaled(by: batch >= 105 ? .nan : 1))
        }, evaluate: { _ in [:] })
    }
    // The third in a row, of which the first batch did it.
    #expect(error?.step == 4 && error?.batch == 12)
    let kept = try TensorArchive(reading: try #require(error?.saved))
    #expect(kept.metadata["batch"] == "12: 112")
  }

  /// Two gradients whose sum is too large for single precision, while each loss is 0.
  @Test(arguments: [Device.cpu, .reference]) func aGradientMustBeFiniteToo(device: Device) throws {
    var (model, optimizer) = (Slope([0, 0], on: device), Adam() as any Optimizer)
    let error = #expect(throws: DivergenceError.self) {
      try run(&model, &optimizer, [3e38, 3e38], accumulation: 2)
    }
    #expect(error?.batch == 1 && error?.loss == 0)
    #expect(error?.description.contains("a gradient is not finite") == true)
    #expect(model.position.floats == [0, 0])
  }
}
