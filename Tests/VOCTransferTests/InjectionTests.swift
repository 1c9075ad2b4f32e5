import Configurations
import Datasets
import Images
import Inputs
import Layers
import Networks
import Randomness
import Runs
import Synchronization
import Tensors
import Testing
import Training

/// Numbers that are not finite, put into a run at chosen steps: what becomes of the run.
@Suite struct InjectionTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 12, test: 1)
  }

  private func task(_ faults: Faults) throws -> FaultyTask {
    try FaultyTask(scratch.file("scenes.h5"), faults)
  }

  private func start(
    _ name: String, _ faults: Faults, stop: PlannedStop? = nil
  ) throws -> RunOutcome {
    let task = try task(faults)
    let folder = try RunFolder.create(
      scratch.file(name), configuration: task.settings, environment: .test(task.dataHash, 1))
    return try LearningRun(task).run(in: folder, stop: stop).outcome
  }

  private func resume(_ name: String, _ faults: Faults) throws -> RunOutcome {
    let task = try task(faults)
    let (folder, checkpoint, _) = try RunFolder.resume(
      scratch.file(name), settings: task.settings)
    return try LearningRun(task).run(in: folder, from: checkpoint).outcome
  }

  private func notes(_ name: String, _ words: String) throws -> [String] {
    try Journal.events(in: scratch.file("\(name)/journal.jsonl")).compactMap {
      if case .note(_, let text) = $0, text.contains(words) { text } else { nil }
    }
  }

  /// The bytes of the last checkpoint; all that are kept must be finite.
  private func last(_ name: String) throws -> [UInt8] {
    let folder = try CheckpointFolder(scratch.file("\(name)/checkpoints"))
    for step in try folder.steps() {
      #expect(try Checkpoint(reading: folder.file(step)).nonFiniteTensor == nil)
    }
    return Array(try scratch.bytes("\(name)/checkpoints/step-\(folder.steps().last ?? 0).ckpt"))
  }

  /// A step that cannot be taken is left out, for ever, in a run that is resumed as well.
  @Test(arguments: [Faults.Place.input, .target, .loss, .gradient], [Float.nan, .infinity])
  func aStepIsNotTaken(place: Faults.Place, value: Float) throws {
    let faults = Faults(place, value, at: [4, 5, 8])
    #expect(try start("straight", faults) == .finished)
    #expect(try start("plain", Faults()) == .finished)
    #expect(try last("straight") != last("plain"))
    let found = try notes("straight", "the step was not taken")
    #expect(found.count == 3 && found[0].contains("its pictures are "), "\(found)")
    #expect(try notes("straight", "goes back").isEmpty)
    #expect(try start("stopped", faults, stop: .init(after: 5, saves: true)) == .stopped(step: 5))
    #expect(try resume("stopped", faults) == .finished)
    #expect(try last("stopped") == last("straight"))
    #expect(try scratch.bytes("stopped/journal.jsonl").count > 0)
  }

  /// Weights, statistics and what the optimizer remembers are those of the run without the step.
  @Test func aStepThatIsNotTakenLeavesNothing() throws {
    let faults = Faults(.input, .nan, at: [9])
    _ = try start("broken", faults, stop: .init(after: 10, saves: true))
    _ = try start("before", Faults(), stop: .init(after: 9, saves: true))
    let archives = try [("broken", 10), ("before", 9)].map { name, step in
      try Checkpoint(reading: scratch.file("\(name)/checkpoints/step-\(step).ckpt")).archive
    }
    #expect(archives[0].entries == archives[1].entries)
    #expect(archives[0].names.contains { $0.hasSuffix("running_var") })
  }

  /// What goes wrong once goes right when the run has gone back to its checkpoint.
  @Test(arguments: Faults.Place.allCases, [Float.nan, -.infinity])
  func afterAPassingFaultTheRunEndsAsWithoutIt(place: Faults.Place, value: Float) throws {
    #expect(try start("plain", Faults()) == .finished)
    let batches = place.isOfState ? [7] : [7, 8, 9]
    #expect(try start("passing", Faults(place, value, at: batches, times: 1)) == .finished)
    #expect(try last("passing") == last("plain"))
    let found = try notes("passing", "goes back")
    #expect(found.count == 1 && found[0].contains("checkpoint of step 6"), "\(found)")
  }

  @Test(arguments: Faults.Place.allCases)
  func whatStaysWrongEndsTheRun(place: Faults.Place) throws {
    let faults = Faults(place, .nan, at: place.isOfState ? [7] : [7, 8, 9])
    let error = #expect(throws: DivergenceError.self) { try start("run", faults) }
    #expect(error?.checkpoint == 6, "\(String(describing: error))")
    #expect(try notes("run", "goes back").count == 1)
    _ = try last("run")
    // What went wrong is mended: the run goes on, and ends as if nothing had been.
    #expect(try resume("run", Faults()) == .finished)
    #expect(try start("plain", Faults()) == .finished)
    #expect(try last("run") == last("plain"))
  }

  /// Without a checkpoint the way back is to the beginning.
  @Test func theBeginningIsGoodToo() throws {
    #expect(try start("passing", Faults(.loss, .nan, at: [0, 1, 2], times: 1)) == .finished)
    #expect(try start("plain", Faults()) == .finished)
    #expect(try last("passing") == last("plain"))
    #expect(try notes("passing", "goes back to its beginning").count == 1)
  }

  /// A checkpoint between steps that cannot be taken remembers how many there were.
  @Test func aStopBetweenFaultsForgetsNone() throws {
    let faults = Faults(.target, .nan, at: [7, 8, 9])
    let stopped = try start("run", faults, stop: .init(after: 9, saves: true))
    #expect(stopped == .stopped(step: 9))
    #expect(throws: DivergenceError.self) { try resume("run", faults) }
  }

  /// What is large and finite may be learned from, or not; it never gets into a checkpoint.
  @Test(arguments: Faults.Place.allCases) func hugeNumbersDoNoHarm(place: Faults.Place) throws {
    do {
      _ = try start("run", Faults(place, 1e38, at: [3, 7]))
    } catch is DivergenceError {}
    _ = try last("run")
  }
}

/// What is put where, and how often.
final class Faults: Sendable {
  enum Place: Sendable, CaseIterable {
    case input, target, loss, gradient, weight, statistic

    /// Whether it is the model that is changed, not the step.
    var isOfState: Bool { self == .weight || self == .statistic }
  }
  let place: Place?
  let value: Float
  private let batches: Set<Int>
  private let left: Mutex<[Int: Int]>

  /// At each of these batches, as often as they are met or so many times.
  init(_ place: Place? = nil, _ value: Float = 0, at batches: [Int] = [], times: Int = .max) {
    (self.place, self.value, self.batches) = (place, value, Set(batches))
    left = Mutex(Dictionary(uniqueKeysWithValues: batches.map { ($0, times) }))
  }

  func happens(_ place: Place, at batch: Int) -> Bool {
    guard place == self.place, batches.contains(batch) else { return false }
    return left.withLock { left in
      guard left[batch]! > 0 else { return false }
      left[batch]! -= 1
      return true
    }
  }
}

/// Guesses colors from lightness, and is disturbed.
private struct FaultyTask: LearningTask {
  static let title = "faulty"

  struct Settings: RunConfiguration {
    var run = RunSettings()
  }

  struct Batch: LearningBatch {
    let number: Int
    var input, target: [Float]
    var archive: TensorArchive { TensorArchive() }
  }

  var settings = Settings()
  let dataset: Dataset
  let stream: SampleStream
  let faults: Faults
  var device: Device { .cpu }
  var loaderThreads: Int { 1 }
  var isEvaluated: Bool { false }
  private static let side = 16

  init(_ path: String, _ faults: Faults) throws {
    self.faults = faults
    settings.batchSize = 2
    settings.iterations = 14
    settings.checkpointInterval = 3
    settings.logInterval = 1
    settings.tensorBoard = false
    settings.optimizer.rule = .adam
    settings.schedule.rate = 0.01
    settings.schedule.decay = .constant
    dataset = try Dataset(opening: path)
    stream = SampleStream(
      records: try dataset.indices(ofSplit: "trainval"), batchSize: 2, key: RandomKey(seed: 3))
  }

  func prepare(
    resuming checkpoint: Checkpoint?, say: (String) throws -> Void
  ) throws -> PreparedModel<Stack> {
    func convolution(_ name: String, _ inputs: Int, _ outputs: Int) -> Stack.Stage {
      .init(
        name,
        Convolution(
          inputs, outputs, kernel: 3, .init(padding: 1), initializer: .he,
          key: RandomKey(seed: 5).folding(name), on: device))
    }
    return PreparedModel(
      Stack([
        convolution("conv1", 1, 4),
        .init("norm1", BatchNormalization(4, affine: true, relu: true, on: device)),
        convolution("conv2", 4, 2),
      ]), notes: [:])
  }

  func batches() throws -> @Sendable (Int) throws -> Batch {
    let (stream, dataset, faults) = (stream, dataset, faults)
    return { number in
      let pictures = try stream.batch(number).map {
        try dataset.picture($0.record, .whole).resized(width: Self.side, height: Self.side)
      }
      var batch = Batch(
        number: number,
        input: pictures.flatMap { Preprocessing(.lightness, size: Self.side).planes(of: $0) },
        target: pictures.flatMap { Preprocessing(.ab, size: Self.side).planes(of: $0) })
      if faults.happens(.input, at: number) { batch.input[7] = faults.value }
      if faults.happens(.target, at: number) { batch.target[9] = faults.value }
      return batch
    }
  }

  func loss(
    _ model: inout Stack, _ batch: Batch, _ pass: inout Pass
  ) throws -> TrainingLoop.Loss {
    let side = Self.side
    let output = model.forward(
      Tensor(batch.input, shape: [2, 1, side, side], on: device), &pass)
    var loss = output.squaredError(Tensor(batch.target, shape: [2, 2, side, side], on: device))
      .mean()
    if faults.happens(.loss, at: batch.number) { loss = loss.scaled(by: Double(faults.value)) }
    if faults.happens(.gradient, at: batch.number) {
      // Nothing is added, but its slope is.
      let weight = model.tensors.first { $0.name == "conv1.weight" }!.tensor
      loss = loss + (weight - weight.detached).scaled(by: 3e38).scaled(by: 100).sum()
    }
    for place in [Faults.Place.weight, .statistic] where faults.happens(place, at: batch.number) {
      let name = place == .weight ? "conv2.weight" : "norm1.running_var"
      model.transform { named in
        guard named.name == name else { return named.tensor }
        var values = named.tensor.floats
        values[0] = faults.value
        return Tensor(values, shape: named.tensor.shape, on: device)
      }
    }
    return .init(loss)
  }

  func evaluate(_ model: Stack) throws -> Evaluation { [:] }
}
