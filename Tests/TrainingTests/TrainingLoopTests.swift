import Layers
import Randomness
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
  /// Runs over batches of one number each, by gradient descent at rate 1.
  private func run(
    _ model: inout Slope, _ optimizer: inout any Optimizer, _ batches: [Double],
    accumulation: Int = 1, clipNorm: Double = 0
  ) throws -> [TrainingLoop.Step] {
    let steps = batches.count / accumulation
    var loop = TrainingLoop(
      iterations: steps, schedule: Schedule(base: 1, total: steps), clipNorm: clipNorm,
      key: RandomKey(seed: 1))
    loop.accumulation = accumulation
    var taken: [TrainingLoop.Step] = []
    try loop.run(
      &model, &optimizer, batch: { batches[$0] },
      loss: { model, batch, _ in
        let slopes = Tensor(
          filledWith: batch, shape: model.position.shape, on: model.position.device)
        let loss = (model.position * slopes).sum()
        return .init(loss, metrics: ["twice": Reading(loss) { 2 * $0 }, "five": Reading { 5 }])
      }
    ) { step, _, _ in
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
    #expect(error?.step == 1 && error?.batch == 1 && error?.loss.isFinite == false)
    #expect(model.position.floats == before && optimizer.state.time == 1)
    #expect(optimizer.state.slots["position"]!.map(\.floats) == kept)
    let first = #expect(throws: DivergenceError.self) {
      try run(&model, &optimizer, [.nan, 1], accumulation: 2)
    }
    #expect(first?.batch == 0)
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
