import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing

/// A linear model whose loss is the squared distance to a target that the key draws.
private struct Line: Parameterized {
  var weight: Tensor
  var bias: Tensor
  let frozen: Bool

  init(on device: Device, frozen: Bool = false) {
    let key = RandomKey(seed: 1)
    weight = Initializer.gaussian(deviation: 1).tensor(shape: [4, 3], key: key, on: device)
    bias = Tensor(filledWith: 0, shape: [3], on: device)
    self.frozen = frozen
  }

  mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.parameter("weight", &weight, .weight)
    visitor.parameter("bias", &bias, .bias)
  }

  /// One step, with the gradient that step `number` of the run has.
  mutating func step(_ optimizer: inout some Optimizer, _ number: Int) {
    let key = RandomKey(seed: 9).folding(number)
    var gradients: Gradients = [:]
    for named in tensors where !(frozen && named.name == "bias") {
      gradients[named.name] = Initializer.gaussian(deviation: 1).tensor(
        shape: named.tensor.shape, key: key.folding(named.name), on: named.tensor.device)
    }
    optimizer.step(&self, gradients, rate: 0.1)
  }
}

@Suite struct ResumeTests {
  static func progress(_ step: Int) -> TrainingProgress {
    TrainingProgress(
      step: step, key: RandomKey(seed: 9), configurationHash: "c", dataHash: "d")
  }

  /// The bytes of all that a run holds after its last step.
  private static func bytes(_ model: Line, _ optimizer: some Optimizer) -> [UInt8] {
    Checkpoint(model: model, optimizer: optimizer, progress: progress(0)).archive.serialized()
  }

  private static func expectSameEnd(
    _ device: Device, frozen: Bool = false, _ make: () -> some Optimizer
  ) throws {
    var (model, optimizer) = (Line(on: device, frozen: frozen), make())
    let folder = try CheckpointFolder("run", files: SimulatedFiles())
    for step in 0..<10 {
      if step == 6 { try folder.save(model: model, optimizer: optimizer, progress: progress(6)) }
      model.step(&optimizer, step)
    }
    var (resumed, other) = (Line(on: device, frozen: frozen), make())
    try #require(try folder.latest()).checkpoint.restore(into: &resumed, &other)
    #expect(other.state.time == 6)
    #expect(bytes(resumed, other) != bytes(model, optimizer))
    for step in 6..<10 { resumed.step(&other, step) }
    #expect(bytes(resumed, other) == bytes(model, optimizer))
  }

  @Test(arguments: Device.present)
  func aResumedRunEndsWithTheSameBytes(_ device: Device) throws {
    try Self.expectSameEnd(device) { Adam() }
    try Self.expectSameEnd(device) { SGD() }
    try Self.expectSameEnd(device) { SGD(momentum: 0.9, nesterov: true) }
    try Self.expectSameEnd(device, frozen: true) { Adam() }
  }

  @Test func anOptimizerOfAnotherKindIsRefusedAndNothingChanges() throws {
    var (model, adam) = (Line(on: .reference), Adam())
    model.step(&adam, 0)
    let checkpoint = Checkpoint(model: model, optimizer: adam, progress: Self.progress(1))
    var (other, sgd) = (Line(on: .reference), SGD(momentum: 0.9))
    let before = Self.bytes(other, sgd)
    let error = #expect(throws: ArchiveError.self) { try checkpoint.restore(into: &other, &sgd) }
    #expect(error?.tensor == "optimizer.mean.bias")
    #expect(Self.bytes(other, sgd) == before && sgd.state.time == 0)
  }

  @Test func anOptimizerInABoxIsRestoredToo() throws {
    var (model, boxed): (Line, any Optimizer) = (Line(on: .reference), Adam())
    boxed.step(&model, [:], rate: 0.1)
    let checkpoint = Checkpoint(model: model, optimizer: boxed, progress: Self.progress(1))
    var fresh: any Optimizer = Adam()
    try checkpoint.restore(into: &model, &fresh)
    #expect(fresh.state.time == 1)
  }

  @Test func aMissingSlotIsNamed() throws {
    var (model, adam) = (Line(on: .reference), Adam())
    model.step(&adam, 0)
    var checkpoint = Checkpoint(model: model, optimizer: adam, progress: Self.progress(1))
    var cut = TensorArchive()
    for entry in checkpoint.archive.entries where entry.name != "optimizer.mean.weight" {
      cut.add(entry)
    }
    checkpoint.archive = cut
    let error = #expect(throws: ArchiveError.self) { try checkpoint.restore(into: &model, &adam) }
    #expect(error?.tensor == "optimizer.mean.weight")
  }
}
