import ColorScience
import Configurations
import Datasets
import Foundation
import Images
import Layers
import Networks
import Runs
import Tensors
import Testing
import Training
import VOCTransfer

/// What transfer runs have in common with pretraining: averages, evaluations on the way, selection,
/// curves, and the batch that broke one.
@Suite struct TransferRunTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 10, test: 6)
  }

  private func settings() -> ClassificationConfiguration {
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.data.augmentation.size = 32
    settings.trunk.width = 0.05
    settings.batchSize = 2
    settings.iterations = 6
    settings.schedule.rate = 0.05
    settings.dropout = 0
    return settings
  }

  private func task(_ settings: ClassificationConfiguration) throws -> ClassificationRun {
    try ClassificationRun(settings, start: .scheme(.he))
  }

  private func folder(
    _ name: String, _ settings: ClassificationConfiguration, _ run: ClassificationRun
  ) throws -> RunFolder {
    try RunFolder.create(
      scratch.file(name), configuration: settings, environment: .test(run.dataHash, 1),
      keep: settings.keepCheckpoints)
  }

  private func result(_ name: String, _ settings: ClassificationConfiguration) throws
    -> ClassificationResult
  {
    let run = try task(settings)
    guard
      case .finished(let result) = try run.run(in: folder(name, settings, run), from: nil)
    else { throw RunError(path: name, problem: "was interrupted") }
    return result
  }

  /// What a run's test says of the weights that others find in its folder.
  private func retested(
    _ name: String, _ settings: ClassificationConfiguration
  ) throws -> ClassificationResult {
    let run = try task(settings)
    var model = try run.prepare(resuming: nil) { _ in }.model
    try model.load(
      from: CheckpointOrigin.found(at: scratch.file(name)).checkpoint.archive, prefix: "model.")
    let folder = try folder("\(name)-again", settings, run)
    return try #require(try run.result(of: model, selected: nil, in: folder))
  }

  @Test func averagesOfWeightsAreWhatIsTestedAndExported() throws {
    var settings = settings()
    let plain = try result("plain", settings)
    settings.optimizer.averaging = 0.99
    let averaged = try result("averaged", settings)
    #expect(averaged.classes != plain.classes, "the average must be other weights")
    #expect(try retested("averaged", settings).classes == averaged.classes)
  }

  @Test func evaluationsHoldOutTrainingPicturesAndChooseTheCheckpoint() throws {
    var settings = settings()
    settings.evaluationInterval = 2
    settings.heldOutFraction = 0.3
    settings.selection.metric = "validation/mAP"
    settings.selection.order = .highest
    let result = try result("selected", settings)
    #expect(result.run.trainPictures == 7 && result.run.testPictures == 6)
    let events = try Journal.events(in: scratch.file("selected/journal.jsonl"))
    var scores: [Int: Double] = [:]
    for case .evaluation(let step, let metrics) in events {
      scores[step] = metrics["validation/mAP"]
    }
    #expect(scores.keys.sorted() == [0, 2, 4, 6])
    let best = scores.values.max()!
    let step = scores.filter { $0.value == best }.keys.min()!
    let found = try CheckpointOrigin.found(at: scratch.file("selected")).checkpoint
    #expect(found.progress.step == step)
    #expect(try retested("selected", settings).classes == result.classes)
    #expect(!scratch.names(in: "selected/tensorboard").isEmpty)

    settings.selection.metric = "validation/accuracy"
    let error = #expect(throws: ConfigurationError.self) { try task(settings) }
    #expect(error?.problem.contains("validation/mAP") == true)
    settings.evaluationInterval = 0
    #expect(throws: ConfigurationError.self) { try task(settings) }
    (settings.evaluationInterval, settings.heldOutFraction) = (2, 0.99)
    #expect(throws: ConfigurationError.self) { try task(settings) }
  }

  @Test func aBatchThatBrokeARunIsKept() throws {
    var settings = settings()
    settings.schedule.rate = 1e30
    settings.optimizer.clipNorm = 0
    let error = #expect(throws: DivergenceError.self) { try result("broken", settings) }
    #expect("\(try #require(error))".contains("no checkpoint was saved"))
    let path = try #require(error?.saved)
    let archive = try TensorArchive(reading: path)
    #expect(archive.names.sorted() == ["input", "mask", "targets"])
    #expect(archive.metadata["records"]?.split(separator: "\n").count == 2)
  }

  @Test func aBadStartIsFoundBeforeAnythingTrains() throws {
    var other = TrunkConfiguration(.eccv16, width: 0.1)
    other.inputChannels = 1
    try scratch.archive("other.safetensors", other, sees: .lightness, seed: 1)
    let settings = settings()
    for (starts, change) in [
      (["he", scratch.file("other.safetensors")], nil),
      (
        ["he"],
        { $0.tuning.frozenThrough = "conv9" } as ((inout ClassificationConfiguration) -> Void)?
      ),
    ] {
      var changed = settings
      change?(&changed)
      let comparison = Comparison<ClassificationRun>(
        starts: starts.map { NamedStart($0) }, seeds: 1, output: scratch.file("none"),
        settings: { _ in changed }, environment: EnvironmentRecord.test)
      #expect(throws: (any Error).self) { try comparison.run() }
      #expect(scratch.names(in: "").allSatisfy { $0 != "none" })
    }
  }

  @Test func picturesOfOneClassEachAreCategorized() throws {
    var writer = try DatasetWriter(
      creating: scratch.file("colors.h5"), classes: ["red", "blue"], source: "a test")
    for index in 0..<40 {
      let light = [Float](repeating: 45 + Float(index % 5), count: 32 * 32)
      let (a, b): (Float, Float) = index % 2 == 0 ? (45, 25) : (15, -50)
      let rgb = LabPlanes(lightness: light, a: light.map { _ in a }, b: light.map { _ in b }).rgb
      try writer.append(
        DatasetRecord(
          id: "\(index)",
          image: try Picture(width: 32, height: 32, channels: 3, samples: rgb).encodedPNG(),
          label: index % 2))
    }
    try writer.addSplit("train", Array(0..<20))
    try writer.addSplit("test", Array(20..<39))
    _ = try writer.finish()
    var settings = CategorizationConfiguration()
    settings.data.path = scratch.file("colors.h5")
    settings.data.augmentation.size = 32
    settings.trunk = TrunkConfiguration(.eccv16, width: 0.03, inputChannels: 3)
    settings.trunk.statisticsMomentum = 0.2
    settings.input.channels = .rgb
    (settings.batchSize, settings.iterations) = (8, 40)
    (settings.schedule.rate, settings.schedule.warmup) = (0.02, 0)
    settings.evaluationInterval = 40
    let run = try FineTuning<CategorizationTask>(settings, start: .scheme(.he))
    let folder = try RunFolder.create(
      scratch.file("colors"), configuration: settings, environment: .test(run.dataHash, 1))
    guard case .finished(let result) = try run.run(in: folder, from: nil) else { return }
    #expect(result.top1 == 1 && result.top5 == nil)
    #expect(result.classes.map(\.pictures) == [10, 9] && result.chance == 10.0 / 19)
    #expect(result.measures.map(\.name) == ["top-1"])
    #expect(
      result.basis
        == "top-1 is the fraction of 19 test pictures of 2 classes; fewest: blue 9, red 10")
    // Pictures with several labels are another task.
    settings.data.path = scratch.file("scenes.h5")
    #expect(throws: DatasetError.self) {
      try FineTuning<CategorizationTask>(settings, start: .scheme(.he))
    }
  }
}
