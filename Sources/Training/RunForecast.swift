internal import Datasets
internal import Foundation
internal import Inputs
internal import Layers
internal import Networks
internal import Processes
internal import Runs
internal import Tensors
internal import Text

/// What a run will take, from a few steps of it that were measured.
public struct RunForecast: Sendable, Encodable, CustomStringConvertible {
  /// Numbers that learn, in how many tensors.
  public let parameters: Int, tensors: Int
  /// Pictures to learn from, and how many a step takes.
  public let pictures: Int, perStep: Int
  /// Steps, and the seconds of one: the median of those measured.
  public let steps: Int, secondsPerStep: Double
  /// Evaluations, of the first weights too, and the seconds of one.
  public let evaluations: Int, secondsPerEvaluation: Double
  /// Seconds before the first step, and of the test at the end.
  public let secondsBefore: Double, secondsOfTest: Double
  /// Checkpoints that stay, the bytes of one, and the seconds that writing all of them takes.
  public let checkpoints: Int, checkpointBytes: Int, secondsOfSaving: Double
  /// The most bytes that the process had in memory.
  public let memory: Int
  /// The bytes without which no step can be taken, reckoned from shapes; nil where they are not
  /// known.
  public let leastMemory: Double?

  /// Seconds of the whole run.
  public var seconds: Double {
    secondsBefore + Double(steps) * secondsPerStep + Double(evaluations) * secondsPerEvaluation
      + secondsOfSaving + secondsOfTest
  }

  /// A few lines for people.
  public var description: String {
    var parts = ["\(steps) steps of \(Self.time(secondsPerStep))"]
    if evaluations > 0 {
      parts.append(
        "\(evaluations.counted("evaluation")) of \(Self.time(secondsPerEvaluation))")
    }
    if secondsOfTest > 0 { parts.append("the test \(Self.time(secondsOfTest))") }
    let epochs = Table.number(Double(steps * perStep) / Double(max(1, pictures)), digits: 1)
    return """
      network  \(parameters) parameters in \(tensors) tensors
      data     \(pictures) pictures to learn from, \(perStep) a step, each \(epochs) times
      time     about \(ProgressReporter.clock(seconds)): \(parts.joined(separator: ", "))
      memory   \(Table.size(memory)) at most\(reckoned)
      disk     \(checkpoints.counted("checkpoint")) of \(Table.size(checkpointBytes))
      """
  }

  private var reckoned: String {
    leastMemory.map { ", of which a step needs \(Table.size(Int(min($0, 1e18))))" } ?? ""
  }

  private static func time(_ seconds: Double) -> String {
    seconds < 1
      ? "\(Table.number(seconds * 1000, digits: 0)) ms"
      : "\(Table.number(seconds, digits: 1)) s"
  }
}

extension LearningRun {
  /// Takes the first steps of the run, without a folder, and measures them.
  ///
  /// - Parameters:
  ///   - steps: as many as are measured; the first third, for which batches are ready or caches
  ///     cold, counts for nothing
  ///   - seconds: once so many are over, no further step is taken
  public func forecast(steps: Int = 18, within seconds: Double = 30) throws -> RunForecast {
    let settings = task.settings.run
    let clock = ContinuousClock()
    var mark = clock.now
    func lap() -> Double {
      defer { mark = clock.now }
      return (clock.now - mark).seconds
    }
    for text in try warnings() { Output.warn(text) }
    let prepared = try task.prepare(resuming: nil) { _ in }
    var model = prepared.model
    var optimizer = settings.optimizer.build(
      decayFactor: prepared.decayFactor, multipliers: prepared.multipliers)
    let before = lap()
    let isEvaluated = task.isEvaluated && settings.evaluationInterval > 0
    if isEvaluated { _ = try task.evaluate(model) }
    let evaluation = lap()
    let taken = try measure(&model, &optimizer, settings, steps: steps, within: seconds)
    let sorted = taken.dropFirst(taken.count / 3).sorted()
    mark = clock.now
    let test = try task.secondsOfTest(model)
    let (bytes, saving) = try saved(model, optimizer)
    // The first weights and the last step always have one.
    let evaluations =
      isEvaluated ? (settings.iterations - 1) / settings.evaluationInterval + 2 : 0
    // The last step is always saved.
    let saves =
      settings.checkpointInterval > 0
      ? (settings.iterations - 1) / settings.checkpointInterval + 1 : 1
    let learned = model.tensors.filter { $0.role != .statistic && prepared.isTrained($0) }
    return RunForecast(
      parameters: learned.reduce(0) { $0 + $1.tensor.shape.count }, tensors: learned.count,
      pictures: task.stream.records.count, perStep: settings.batchSize * settings.accumulation,
      steps: settings.iterations, secondsPerStep: sorted[sorted.count / 2],
      evaluations: evaluations, secondsPerEvaluation: evaluation,
      secondsBefore: before, secondsOfTest: test, checkpoints: min(settings.keepCheckpoints, saves),
      checkpointBytes: bytes, secondsOfSaving: saving * Double(saves), memory: PeakMemory.own,
      leastMemory: try task.memoryNeed?.bytes(batchSize: settings.batchSize))
  }

  /// The seconds of the steps that were taken.
  private func measure(
    _ model: inout Task.Model, _ optimizer: inout any Optimizer, _ settings: RunSettings,
    steps: Int, within seconds: Double
  ) throws -> [Double] {
    CPUBackend.shared.isThreadInvariant = settings.threadInvariant.holds(
      task.weightUse, batchSize: settings.batchSize)
    var loop = TrainingLoop(
      iterations: min(steps, settings.iterations),
      schedule: settings.schedule.schedule(iterations: settings.iterations),
      clipNorm: settings.optimizer.clipNorm, key: task.key)
    loop.accumulation = settings.accumulation
    let batches = Prefetcher(
      range: 0..<loop.iterations * loop.accumulation, threads: task.loaderThreads,
      ahead: task.loaderThreads + 2, make: try task.batches())
    var taken: [Double] = []
    try loop.run(
      &model, &optimizer,
      batch: { _ in
        guard let batch = try batches.next() else {
          preconditionFailure("LearningRun: a step without a batch")
        }
        return batch
      }, loss: { try task.loss(&$0, $1, &$2) },
      afterStep: { step, _, _ in
        taken.append(step.seconds)
        return taken.reduce(0, +) < seconds || taken.count < 3
      })
    return taken
  }

  /// The bytes of a checkpoint, and the seconds that writing one takes.
  private func saved(
    _ model: Task.Model, _ optimizer: any Optimizer
  ) throws -> (bytes: Int, seconds: Double) {
    let folder = NSTemporaryDirectory() + "pigment-forecast-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let checkpoints = try CheckpointFolder(folder, keep: 1)
    let start = ContinuousClock.now
    _ = try checkpoints.save(
      Checkpoint(
        model: model, optimizer: optimizer,
        progress: TrainingProgress(
          step: 1, epoch: 0, position: 0, key: task.key, best: nil, configurationHash: "",
          dataHash: "")))
    let seconds = (ContinuousClock.now - start).seconds
    let attributes = try FileManager.default.attributesOfItem(atPath: checkpoints.file(1))
    return (attributes[.size] as? Int ?? 0, seconds)
  }
}
