import Datasets
import Files
import Foundation
import Images
import Layers
import Metrics
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Text
import Training
import VOCTransfer

@Suite struct SegmentationTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// A network that learns a few scenes by heart within seconds.
  private var settings: SegmentationConfiguration {
    var settings = SegmentationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    (settings.data.trainSplit, settings.data.testSplit) = ("trainval", "test")
    settings.data.reportsTraining = true
    settings.data.augmentation.mirrors = false
    settings.trunk.width = 0.125
    settings.trunk.statisticsMomentum = 0.3
    settings.skips = ["norm2", "norm1"]
    settings.dropout = 0
    settings.batchSize = 2
    settings.accumulation = 1
    settings.iterations = 200
    settings.optimizer.rule = .adam
    settings.optimizer.weightDecay = 0
    settings.schedule.decay = .cosine
    settings.schedule.rate = 0.006
    settings.logInterval = 1
    return settings
  }

  @Test func aNetworkLearnsScenesByHeart() throws {
    try scratch.scenes("scenes.h5", trainval: 2, test: 3, side: 64)
    let comparison = Comparison<SegmentationRun>(
      starts: [NamedStart("he")], seeds: 1, output: scratch.file("out"),
      settings: { [settings] _ in settings }, environment: EnvironmentRecord.test)
    guard case .finished(let rows) = try comparison.run() else {
      Issue.record("the comparison was interrupted")
      return
    }
    let result = rows[0].results[0]
    let training = try #require(result.training)
    #expect(training.meanOverlap > 0.9, "\(training.classes)")
    #expect(training.pictures == 2 && result.test.pictures == 3)
    #expect(result.measures.map(\.name).prefix(2) == ["mIU", "mIU over union"])
    #expect(result.measures.count == 5)
    let headings = Comparison<SegmentationRun>.table(rows).headings
    #expect(
      headings.contains("mIU over classes shown, %") && headings.contains("mIU over union, %"))
    #expect(result.basis?.contains("predicted and not shown") == true)
    // A class that is predicted and not shown has no part in the mean, so no number beside it.
    let stray = ConfusionMatrix(
      classes: ["ground", "cat", "dog"], counts: [8, 0, 1, 0, 4, 0, 0, 0, 0])
    let bytes = try scratch.bytes("out/he-seed1/evaluation.json")
    var tree = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    let scores = try JSON.text(of: SegmentationScores(stray, pictures: 1))
    tree["test"] = try JSONSerialization.jsonObject(with: Data(scores.utf8))
    let changed = try JSON.value(
      SegmentationResult.self, from: JSONSerialization.data(withJSONObject: tree))
    #expect(changed.test.classes[2].overlap == 0)
    #expect(abs(changed.measures[1].value - changed.test.meanOverlapOverUnion!) < 1e-12)
    #expect(
      TransferTable.classTable([(name: "he", results: [changed])]).rows.last == ["dog", "0", "–"])
    let losses = try Journal.events(in: scratch.file("out/he-seed1/journal.jsonl")).compactMap {
      if case .step(let record) = $0 { record.loss } else { nil }
    }
    #expect(losses.count == 200 && losses[190...].reduce(0, +) < losses[..<10].reduce(0, +) / 4)

    // What the server would score is what was scored.
    let dataset = try Dataset(opening: settings.data.path)
    var matrix = ConfusionMatrix(classes: ["background"] + dataset.classes)
    for record in try dataset.indices(ofSplit: "test") {
      let file = "out/he-seed1/results/pictures/Segmentation/comp6_test_cls/"
      let bytes = try scratch.bytes(file + "\(dataset.ids[record]).png")
      let picture = try Picture(decoding: [UInt8](bytes), as: .paletteIndices)
      matrix.add(truth: try #require(try dataset.mask(record)).samples, predicted: picture.samples)
    }
    #expect(matrix.counts == result.test.confusion)
    #expect(SegmentationScores(matrix, pictures: 3) == result.test)
    let sheet = try Picture(contentsOfFile: scratch.file("out/he-seed1/sheet.png"))
    #expect(sheet.width > 3 * 240 && sheet.height > 3 * 180)
    #expect(Comparison<SegmentationRun>.table(rows).rows.map(\.first) == ["he", "chance"])
  }

  /// A stray pixel of a class that no truth shows costs its own place, not a share of the mean.
  @Test func theMeanIsOverTheClassesThatTheTruthShows() {
    let clean = ConfusionMatrix(
      classes: ["ground", "cat", "dog"], counts: [8, 1, 0, 0, 4, 0, 0, 0, 0])
    let stray = ConfusionMatrix(
      classes: ["ground", "cat", "dog"], counts: [8, 0, 1, 0, 4, 0, 0, 0, 0])
    let scores = [clean, stray].map { SegmentationScores($0, pictures: 1) }
    #expect(abs(scores[0].meanOverlap - (8.0 / 9 + 4.0 / 5) / 2) < 1e-12)
    #expect(abs(scores[1].meanOverlap - (8.0 / 9 + 1) / 2) < 1e-12)
    #expect(scores[1].classes[2].overlap == 0 && scores[0].classes[2].overlap == nil)
    #expect(scores.allSatisfy { abs($0.chance - 9.0 / 13 / 2) < 1e-12 })
    // Over the union the stray pixel costs a third of the mean.
    #expect(abs(scores[0].meanOverlapOverUnion! - scores[0].meanOverlap) < 1e-12)
    #expect(abs(scores[1].meanOverlapOverUnion! - (8.0 / 9 + 1 + 0) / 3) < 1e-12)
  }

  @Test func accumulatedBatchesAreOneLargeBatch() throws {
    try scratch.scenes("scenes.h5", trainval: 4, test: 1, side: 32)
    func weights(_ batchSize: Int, _ accumulation: Int) throws -> [[Float]] {
      var settings = settings
      settings.trunk = TrunkConfiguration(.vgg16, width: 1 / 32)
      settings.trunk.batchNormalization = false
      settings.skips = []
      settings.iterations = 2
      settings.optimizer.rule = .sgd
      (settings.batchSize, settings.accumulation) = (batchSize, accumulation)
      let name = "\(batchSize)x\(accumulation)"
      let folder = try RunFolder.create(
        scratch.file(name), configuration: settings, environment: .test("", 1))
      _ = try SegmentationRun(settings, start: .scheme(.he)).run(in: folder, from: nil)
      let end = try Checkpoint(reading: scratch.file("\(name)/checkpoints/step-2.ckpt"))
      return try ["conv1_1.weight", "head.score.pool5.weight"].map {
        try end.archive.tensor("model.\($0)", on: .cpu).floats
      }
    }
    // Void pixels make the pictures' means weigh a little differently in one batch and in several.
    let accumulated = try weights(1, 4)
    for (one, parts) in zip(try weights(4, 1), accumulated) {
      let size = one.map(abs).max() ?? 0
      #expect(size > 0)
      #expect(zip(one, parts).allSatisfy { abs($0 - $1) < 0.1 * size })
    }
    #expect(try weights(1, 1)[1] != accumulated[1])
  }

  @Test func badDataAreNamed() throws {
    func message(_ change: (inout SegmentationConfiguration) -> Void = { _ in }) -> String {
      var settings = settings
      settings.iterations = 1
      settings.data.reportsTraining = false
      change(&settings)
      do {
        let run = try SegmentationRun(settings, start: .scheme(.he))
        let folder = try RunFolder.create(
          scratch.file(UUID().uuidString), configuration: settings, environment: .test("", 1))
        _ = try run.run(in: folder, from: nil)
      } catch { return "\(error)" }
      return "no error"
    }
    #expect(message { $0.data.path = "" }.contains("data.path"))
    let picture = Picture(width: 32, height: 32, channels: 3, filledWith: 90)
    func build(masks: [UInt8?]) throws {
      var writer = try DatasetWriter(
        creating: scratch.file("scenes.h5"), classes: ["cat"], source: "test")
      for (place, label) in masks.enumerated() {
        let mask = label.map { Picture(width: 32, height: 32, channels: 1, filledWith: $0) }
        try writer.append(
          DatasetRecord(
            id: "\(place)", image: picture.encodedJPEG(), mask: try mask?.encodedPNG(palette: .voc))
        )
      }
      try writer.addSplit("trainval", [0])
      try writer.addSplit("test", Array(1..<masks.count))
      _ = try writer.finish()
    }
    try build(masks: [1, 0, nil])
    let missing = message()
    #expect(missing.contains("split 'test'") && missing.contains("1 of its 2 records have no mask"))
    #expect(missing.contains("whole are: trainval"))
    #expect(message { $0.data.testSplit = "trainval" }.contains("share records"))
    #expect(message { $0.data.testSplit = "val" }.contains("known are: test, trainval"))
    try build(masks: [1, 2])
    #expect(message().contains("its mask holds 2, which is none of 1 classes"))
    try build(masks: [1, 255])
    #expect(message().contains("every pixel of the masks of 1 records is void"))
    try build(masks: [255, 1])
    #expect(message() == "no error")
    #expect(message { $0.skips = ["conv9"] }.contains("skips: names no layer 'conv9'"))
    // A mask of another size never gets into a dataset.
    var writer = try DatasetWriter(
      creating: scratch.file("other.h5"), classes: ["cat"], source: "test")
    let mask = try Picture(width: 32, height: 31, channels: 1).encodedPNG(palette: .voc)
    let error = #expect(throws: DatasetError.self) {
      try writer.append(DatasetRecord(id: "0", image: picture.encodedJPEG(), mask: mask))
    }
    #expect(error?.problem == "its mask is no PNG of the picture's size")
    let empty = #expect(throws: DatasetError.self) { try writer.addSplit("none", []) }
    #expect(empty?.problem == "it is empty")
  }
}
