import Colorization
import Configurations
import Datasets
import Foundation
import Images
import Networks
import Randomness
import Rivals
import Runs
import Testing
import Training

/// The rivals, as small as they can be.
struct TinyRival: Sendable, CustomTestStringConvertible {
  /// The name of the task.
  let name: String
  /// Its settings, besides the common ones.
  var settings: [String]
  /// What checkpoints and archives say of it.
  let goal: String

  var testDescription: String { goal }

  var task: any PretextTask.Type {
    let tasks: [any PretextTask.Type] = [
      AutoencoderTask.self, ContextTask.self, DenoisingTask.self, InpaintingTask.self,
      RotationTask.self, SplitBrainTask.self, SimCLRTask.self, BarlowTwinsTask.self,
      CMCTask.self, JigsawTask.self, MaskedTask.self, ColorizationTask.self,
    ]
    return tasks.first { $0.name == name }!
  }

  private init(_ name: String, _ goal: String? = nil, _ settings: String...) {
    (self.name, self.goal, self.settings) = (name, goal ?? name, settings)
  }

  static let all: [TinyRival] = [
    .init("autoencoder", nil, "objective.bottleneck=8"), .init("denoising"),
    .init(
      "context", nil, "data.augmentation.size=40", "objective.patch=16", "objective.gap=4",
      "objective.jitter=1", "objective.pairs=8", "objective.hidden=32", "objective.degraded=0"),
    .init("inpainting"),
    .init("inpainting", "inpainting-adversarial", "objective.adversarial=0.1"),
    .init("split-brain", nil, "trunk.inputChannels=3", "optimizer.weightDecay=1"),
    .init("rotation"),
    .init("rotation", "rotation-rgb", "trunk.inputChannels=3", "objective.channels=rgb"),
    .views("simclr", nil, "objective.temperature=0.5"),
    .views("simclr", "simclr-rgb", "trunk.inputChannels=3", "objective.channels=rgb"),
    .views("simclr", "simclr-color", "objective.colorWeight=1"),
    .views("barlow-twins", nil, "batchSize=16"),
    .init("cmc", nil, "trunk.inputChannels=3", "objective.embedding=16"),
    .init("masked", nil, "objective.patch=8"),
    .init(
      "jigsaw", nil, "data.augmentation.size=40", "objective.tile=12", "objective.gap=1",
      "objective.permutations=4", "objective.tileFeatures=16", "objective.hidden=32"),
  ]

  /// A rival of two views that differ in their windows alone, so that a few steps tell.
  private static func views(_ name: String, _ goal: String?, _ settings: String...) -> TinyRival {
    var rival = TinyRival(name, goal)
    rival.settings =
      [
        "objective.hidden=32", "objective.embedding=16", "objective.views.minimumArea=0.6",
        "objective.views.jittered=0", "objective.views.gray=0", "objective.views.blurred=0",
        "objective.views.mirrored=0",
      ] + settings
    return rival
  }

  /// Parts of a batch, each of which has one input of each picture.
  var parts: Int { name == "jigsaw" ? 9 : name == "context" || comparesViews ? 2 : 1 }

  /// Whether what it learns from a picture is drawn.
  var draws: Bool {
    ["denoising", "context", "inpainting", "masked", "jigsaw"].contains(name) || comparesViews
  }

  /// Whether it learns from two views of a picture.
  var comparesViews: Bool { ["simclr", "barlow-twins"].contains(name) }

  /// Whether its loss relates all pictures of a step.
  var spansStep: Bool { comparesViews || name == "cmc" }

  /// Inputs that a picture becomes.
  var inputs: Int { task.inputsOfPicture }
}

/// Runs of seconds: 40 drawn pictures of 48 x 48, the ECCV16 network at a sixteenth of its width,
/// crops of 32 x 32.
final class TinyRuns {
  /// A folder that goes away with its owner.
  let folder = NSTemporaryDirectory() + "pigment-rivals-\(UUID())"
  /// 38 pictures to learn from, 2 to judge by.
  var data: String { "\(folder)/scenes.h5" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let source = SceneGenerator(size: (48, 48), key: RandomKey(seed: 3))
    _ = try SceneBuilder(source: source, name: "scenes", pretrain: 40, trainval: 0, test: 0)
      .build(to: data)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static let yaml = """
    data: {validationPictures: 2, augmentation: {size: 32}}
    trunk: {width: 0.0625}
    batchSize: 4
    iterations: 6
    optimizer: {weightDecay: 0}
    schedule: {rate: 0.003, decay: cosine}
    logInterval: 1
    checkpointInterval: 4
    evaluationInterval: 3
    """

  static var environment: EnvironmentRecord {
    .current(pigment: "test", device: "cpu", threads: 1, dataHash: "", seed: 1)
  }

  /// Six steps of four pictures unless `settings` say otherwise.
  func configuration<Task: PretextTask>(
    _ task: Task.Type, _ settings: [String] = []
  ) throws -> PretrainingConfiguration<Task> {
    try .init(
      yaml: Self.yaml, source: "tiny",
      settings: ["task=\(Task.name)", "data.path=\(data)"] + settings)
  }

  /// A task with its own settings alone.
  func task<Task: PretextTask>(_ type: Task.Type, _ settings: String...) throws -> Task {
    try Pretraining(configuration(type, settings)).task
  }

  /// Begins a run in a folder of its own.
  func start(_ name: String, _ rival: TinyRival, _ settings: String...) throws {
    func start<Task: PretextTask>(_ task: Task.Type) throws {
      let configuration = try configuration(task, rival.settings + settings)
      let run = try RunFolder.create(
        "\(folder)/\(name)", configuration: configuration, environment: Self.environment,
        keep: configuration.keepCheckpoints)
      #expect(try Pretraining(configuration).run(in: run, from: nil) == .finished)
    }
    try start(rival.task)
  }

  /// What a run wrote, times aside.
  func journal(_ name: String) throws -> [JournalEvent] {
    try Journal.events(in: "\(folder)/\(name)/journal.jsonl").map(\.withoutTimes)
  }

  /// A run's last checkpoint.
  func last(_ name: String) throws -> Checkpoint {
    try #require(try CheckpointFolder("\(folder)/\(name)/checkpoints").latest()).checkpoint
  }

  /// The losses a run wrote.
  func losses(_ name: String) throws -> [Double] {
    try journal(name).compactMap {
      if case .step(let record) = $0 { record.loss } else { nil }
    }
  }

  /// The evaluations a run wrote.
  func evaluations(_ name: String) throws -> [[String: Double]] {
    try journal(name).compactMap {
      if case .evaluation(_, let metrics) = $0 { metrics } else { nil }
    }
  }
}

/// Samples made on the spot.
enum Samples {
  /// A sample of noise, the same for the same seed.
  static func noise(_ size: Int, seed: Int) -> PretextSample {
    var stream = RandomKey(seed: UInt64(seed)).stream()
    return PretextSample(
      crop: Picture(
        width: size, height: size, channels: 3,
        samples: (0..<size * size * 3).map { _ in UInt8(stream.index(below: 256)) }),
      key: RandomKey(seed: UInt64(100 + seed)))
  }
}
