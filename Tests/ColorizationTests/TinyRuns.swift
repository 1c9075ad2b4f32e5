import Colorization
import Configurations
import Datasets
import Foundation
import Randomness
import Runs
import Tensors
import Testing
import Training

/// Runs of a few seconds: 40 drawn pictures of 40 x 40, the ECCV16 network at a sixteenth of its
/// width, crops of 32 x 32.
final class TinyRuns {
  /// A folder that goes away with its owner.
  let folder = NSTemporaryDirectory() + "pigment-test-\(UUID())"
  /// 38 pictures to learn from, 2 to judge by.
  var data: String { "\(folder)/scenes.h5" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let source = SceneGenerator(size: (40, 40), key: RandomKey(seed: 3))
    _ = try SceneBuilder(source: source, name: "scenes", pretrain: 40, trainval: 0, test: 0)
      .build(to: data)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Six steps of four pictures unless `settings` say otherwise.
  func configuration(
    _ settings: String...
  ) throws -> PretrainingConfiguration<ColorizationTask> {
    try .init(yaml: Self.yaml, source: "tiny", settings: ["data.path=\(data)"] + settings)
  }

  static let yaml = """
    data: {validationPictures: 2, augmentation: {size: 32}}
    trunk: {width: 0.0625}
    objective: {priorPictures: 10, shownPictures: 2}
    batchSize: 4
    iterations: 6
    schedule: {rate: 0.003, decay: cosine}
    logInterval: 1
    checkpointInterval: 4
    evaluationInterval: 3
    """

  /// Begins a run in a folder of its own.
  func start(
    _ name: String, _ configuration: PretrainingConfiguration<ColorizationTask>,
    stop: PlannedStop? = nil
  ) throws -> RunOutcome {
    let pretraining = try Pretraining(configuration)
    try pretraining.checkStart()
    let run = try RunFolder.create(
      "\(folder)/\(name)", configuration: configuration, environment: Self.environment,
      keep: configuration.keepCheckpoints)
    return try pretraining.run(in: run, from: nil, stop: stop)
  }

  static var environment: EnvironmentRecord {
    .current(pigment: "test", device: "cpu", threads: 1, dataHash: "", seed: 1)
  }

  /// What a run wrote, times aside.
  func journal(_ name: String) throws -> [JournalEvent] {
    try Journal.events(in: "\(folder)/\(name)/journal.jsonl").map(\.withoutTimes)
  }

  /// A run's last checkpoint.
  func last(_ name: String) throws -> Checkpoint {
    try #require(try CheckpointFolder("\(folder)/\(name)/checkpoints").latest()).checkpoint
  }

  /// The bytes of a run's last checkpoint.
  func bytes(_ name: String) throws -> [UInt8] {
    let path = try CheckpointFolder("\(folder)/\(name)/checkpoints").file(last(name).progress.step)
    return Array(try #require(FileManager.default.contents(atPath: path)))
  }

  /// The losses a run wrote.
  func losses(_ name: String) throws -> [Double] {
    try journal(name).compactMap {
      if case .step(let record) = $0 { record.loss } else { nil }
    }
  }

  /// The evaluations a run wrote.
  func evaluations(_ name: String) throws -> [(step: Int, metrics: [String: Double])] {
    try journal(name).compactMap {
      if case .evaluation(let step, let metrics) = $0 { (step, metrics) } else { nil }
    }
  }
}
