import Configurations
import Datasets
import Images
import Inputs
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Training

/// A task of several networks with state besides weights: what contrastive rivals need of a run.
@Suite struct StatefulTaskTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 8, test: 1)
  }

  private func ending(
    _ name: String, stop: PlannedStop? = nil, resuming: Bool = false
  ) throws -> RunOutcome {
    let task = try QueueTask(scratch.file("scenes.h5"))
    let path = scratch.file(name)
    if resuming {
      let (folder, checkpoint, _) = try RunFolder.resume(path, settings: task.settings)
      return try LearningRun(task).run(in: folder, from: checkpoint).outcome
    }
    let folder = try RunFolder.create(
      path, configuration: task.settings, environment: .test(task.dataHash, 1))
    return try LearningRun(task).run(in: folder, stop: stop).outcome
  }

  @Test func queuesAndAveragedTwinsResumeBitForBit() throws {
    #expect(try ending("straight") == .finished)
    #expect(try ending("stopped", stop: .init(after: 3, saves: true)) == .stopped(step: 3))
    #expect(try ending("stopped", resuming: true) == .finished)
    let last = "checkpoints/step-6.ckpt"
    #expect(try scratch.bytes("stopped/\(last)") == scratch.bytes("straight/\(last)"))

    let archive = try Checkpoint(reading: scratch.file("straight/\(last)")).archive
    let queue = try archive.tensor("model.queue.keys", on: .cpu).floats
    #expect(queue.count == 8 && queue.allSatisfy { $0 != 0 }, "every place was filled")
    #expect(archive["optimizer.momentum.queue.keys"] == nil)
    let (own, twin) = (
      try archive.tensor("model.conv.weight", on: .cpu).floats,
      try archive.tensor("model.twin.conv.weight", on: .cpu).floats
    )
    #expect(own != twin)
  }

  @Test func aLossOverTheWholeStepIsNotAccumulated() throws {
    var task = try QueueTask(scratch.file("scenes.h5"))
    _ = try LearningRun(task)
    task.settings.run.accumulation = 2
    let error = #expect(throws: ConfigurationError.self) { try LearningRun(task) }
    #expect(error?.place == "accumulation")
  }
}

/// Pulls a network's outputs towards those of its own moving average, and away from a queue.
private struct QueueTask: LearningTask {
  static let title = "queue"

  struct Settings: RunConfiguration {
    var run = RunSettings()
  }

  struct Batch: LearningBatch {
    let values: [Float]
    var archive: TensorArchive { TensorArchive() }
  }

  struct Model: Parameterized {
    var network: Stack
    var twin: Twin
    var queue: Queue

    mutating func visit(_ visitor: inout some ParameterVisitor) {
      network.visit(&visitor)
      visitor.part("twin", &twin)
      visitor.part("queue", &queue)
    }
  }

  /// A network whose tensors are state, not weights.
  struct Twin: Parameterized {
    var network: Stack
    mutating func visit(_ visitor: inout some ParameterVisitor) {
      network.transform { $0.tensor }
      var tensors = network.tensors
      for index in tensors.indices {
        var tensor = tensors[index].tensor
        visitor.parameter(tensors[index].name, &tensor, .statistic)
        replace(tensors[index].name, tensor)
      }
      tensors = []
    }
    private mutating func replace(_ name: String, _ tensor: Tensor) {
      network.transform { $0.name == name ? tensor : $0.tensor }
    }
  }

  struct Queue: Parameterized {
    var keys: Tensor
    mutating func visit(_ visitor: inout some ParameterVisitor) {
      visitor.parameter("keys", &keys, .statistic)
    }
  }

  var settings = Settings()
  let dataset: Dataset
  let stream: SampleStream
  var device: Device { .cpu }
  var loaderThreads: Int { 1 }
  var lossSpansStep: Bool { true }
  var isEvaluated: Bool { false }

  init(_ path: String) throws {
    settings.batchSize = 2
    settings.iterations = 6
    settings.optimizer.rule = .sgd
    settings.schedule.rate = 0.05
    settings.schedule.decay = .constant
    dataset = try Dataset(opening: path)
    stream = SampleStream(
      records: try dataset.indices(ofSplit: "trainval"), batchSize: 2, key: RandomKey(seed: 3))
  }

  func prepare(
    resuming checkpoint: Checkpoint?, say: (String) throws -> Void
  ) throws -> PreparedModel<Model> {
    func network(_ seed: UInt64) -> Stack {
      Stack([
        .init(
          "conv",
          Convolution(
            1, 1, kernel: 3, initializer: .he, key: RandomKey(seed: seed), on: device))
      ])
    }
    return PreparedModel(
      Model(
        network: network(1), twin: Twin(network: network(2)),
        queue: Queue(keys: Tensor(filledWith: 0, shape: [8], on: device))), notes: [:])
  }

  func batches() throws -> @Sendable (Int) throws -> Batch {
    let (stream, dataset) = (stream, dataset)
    return { number in
      Batch(
        values: try stream.batch(number).flatMap { sample in
          try Preprocessing(.lightness, size: 16).planes(
            of: dataset.picture(sample.record, .whole).resized(width: 16, height: 16))
        })
    }
  }

  func loss(
    _ model: inout Model, _ batch: Batch, _ pass: inout Pass
  ) throws -> TrainingLoop.Loss {
    let input = Tensor(batch.values, shape: [2, 1, 16, 16], on: device)
    let own = Dictionary(
      uniqueKeysWithValues: model.network.tensors.map { ($0.name, $0.tensor.detached) })
    model.twin.network.transform {
      .combination(0.9, $0.tensor, 0.1, own[$0.name]!)
    }
    let out = model.network.forward(input, &pass)
    let target = model.twin.network(input).detached
    let loss = out.squaredError(target).mean()
    // The newest of eight means push out the oldest.
    let newest = target.floats.prefix(2)
    model.queue.keys = Tensor(
      Array(model.queue.keys.floats.dropFirst(2) + newest), shape: [8], on: device)
    return .init(loss)
  }

  func evaluate(_ model: Model) throws -> Evaluation { [:] }
}
