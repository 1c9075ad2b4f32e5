import Datasets
import Foundation
import Images
import Metrics
import Networks
import Runs
import Statistics
import Testing
import Training
import VOCTransfer

@Suite struct DetectionRunTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 4, test: 3, side: 64)
    _ = try ProposalBuilder(threads: 2).build(dataset(), to: scratch.file("proposals.h5"))
  }

  private func dataset() throws -> Dataset { try Dataset(opening: scratch.file("scenes.h5")) }

  private func settings() -> DetectionConfiguration {
    var settings = DetectionConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.data.proposals = scratch.file("proposals.h5")
    settings.trunk.width = 0.06
    settings.trunk.statisticsMomentum = 0.05
    settings.scales.training = [64]
    settings.scales.testing = 64
    settings.sampling.regions = 32
    settings.head.hidden = 64
    settings.head.dropout = 0
    settings.iterations = 2
    settings.optimizer = .init()
    settings.optimizer.clipNorm = 10
    settings.schedule = .init()
    return settings
  }

  private func run(
    _ settings: DetectionConfiguration, _ start: Start = .scheme(.he), in name: String
  ) throws -> DetectionResult? {
    let task = try DetectionRun(settings, start: start)
    let folder = try RunFolder.create(
      scratch.file(name), configuration: settings, environment: .test(task.dataHash, 1))
    guard case .finished(let result) = try task.run(in: folder, from: nil) else { return nil }
    return result
  }

  @Test func aSmallNetworkLearnsFourScenesByHeart() throws {
    var settings = settings()
    settings.data.testsOnTrainingPictures = true
    settings.iterations = 360
    settings.schedule.rate = 0.002
    settings.logInterval = 1
    let result = try #require(try run(settings, in: "run"))
    // Regions that cover the same cells score alike, and equal scores are one threshold.
    #expect(result.mapArea > 0.8)
    #expect(result.chance < 0.3)
    let losses = try Journal.events(in: scratch.file("run/journal.jsonl")).compactMap {
      if case .step(let record) = $0 { record } else { nil }
    }
    #expect(losses.count == 360)
    #expect(losses.suffix(10).map(\.loss).mean < 0.2 * losses.prefix(5).map(\.loss).mean)
    #expect(losses[0].more["classLoss"]! > 0 && losses[0].more["boxLoss"]! > 0)

    // The devkit's files hold the detections that were scored.
    let dataset = try dataset()
    let files = scratch.names(in: "run/detections")
    #expect(files == dataset.classes.map { "comp4_det_test_\($0).txt" }.sorted())
    let lines = try files.flatMap {
      String(decoding: try scratch.bytes("run/detections/\($0)"), as: UTF8.self)
        .split(separator: "\n")
    }
    #expect(lines.count == result.classes.reduce(0) { $0 + $1.detections })
    let words = lines[0].split(separator: " ")
    #expect(words.count == 6 && dataset.ids.contains(String(words[0])))
    let sheet = try Picture(contentsOfFile: scratch.file("run/detections.png"))
    #expect(sheet.width > 4 * 360)
  }

  @Test func alexNetGivesItsOwnTopLayers() throws {
    var settings = settings()
    settings.trunk = TrunkConfiguration(.alexnet, width: 0.03)
    settings.trunk.form = .transfer
    settings.scales.training = [160]
    settings.scales.testing = 160
    settings.head.fromTrunk = true
    settings.head.dropout = 0.5
    settings.testing.sheetPictures = 0
    let result = try #require(try run(settings, in: "alexnet"))
    let layers = result.run.layers
    #expect(layers.suffix(6) == ["fc6", "norm6", "relu6", "fc7", "norm7", "relu7"])
    #expect(layers.dropLast(6).last == "relu5")
    let saved = try Checkpoint(reading: scratch.file("alexnet/checkpoints/step-2.ckpt"))
    let names = saved.archive.names
    #expect(names.contains("model.head.fc6.weight") && !names.contains("model.fc6.weight"))
    settings.trunk = TrunkConfiguration(.vgg16, width: 0.03)
    settings.head.fromTrunk = false
    settings.head.pooling = .align
    #expect(try run(settings, in: "vgg")?.run.layers.last == "relu5_3")
  }

  /// Other boxes under the same path are another run, finished or not.
  @Test func otherProposalsAreNotMixedIn() throws {
    let settings = settings()
    let comparison = Comparison<DetectionRun>(
      starts: [NamedStart("he")], seeds: 1, output: scratch.file("comparison"),
      settings: { _ in settings }, environment: EnvironmentRecord.test)
    guard case .finished(let rows) = try comparison.run() else {
      Issue.record("interrupted")
      return
    }
    let digest = try #require(rows[0].results[0].run.proposalsDigest)
    let dataset = try dataset()
    let before = try ProposalFile(reading: scratch.file("proposals.h5"), for: dataset)
    #expect(before.digest == digest)
    try ProposalFile.write(
      (0..<dataset.count).map { Array(before.boxes(of: $0).dropLast()) }, of: dataset,
      method: before.method, to: scratch.file("proposals.h5"))
    let finished = #expect(throws: RunError.self) { try comparison.run() }
    #expect(finished?.problem.contains("other data or proposals") == true)
    let folder = scratch.file("comparison/he-seed1")
    try FileManager.default.removeItem(atPath: "\(folder)/evaluation.json")
    let unfinished = #expect(throws: RunError.self) { try comparison.run() }
    #expect(unfinished?.problem.contains("began with other proposals") == true)
  }

  @Test func whatCannotBeRunIsRefused() throws {
    func message(_ change: (inout DetectionConfiguration) -> Void) -> String {
      var settings = settings()
      change(&settings)
      do { _ = try run(settings, in: "refused-\(UUID())") } catch { return "\(error)" }
      return "no error"
    }
    #expect(message { $0.data.proposals = "" }.contains("pigment proposals build"))
    #expect(message { $0.data.testSplit = "trainval" }.contains("share records"))
    #expect(message { $0.data.trainSplit = "nothing" }.contains("known are: test, trainval"))
    #expect(message { $0.features = "conv9" }.contains("names no layer 'conv9'"))
    #expect(message { $0.head.fromTrunk = true }.contains("which has none"))
    #expect(message { $0.sampling.backgroundLow = 0.6 }.contains("sampling"))
    #expect(message { $0.scales.training = [] }.contains("scales.training"))

    try scratch.scenes("other.h5", trainval: 4, test: 3, side: 64, seed: 2)
    #expect(
      message { $0.data.path = scratch.file("other.h5") }.contains(
        "proposals are of another dataset"))

    // Without objects, or without boxes at all, there is nothing to learn.
    let image = try Picture(width: 64, height: 64, channels: 3, filledWith: 90).encodedJPEG()
    for (name, boxes) in [("empty.h5", [BoxAnnotation]()), ("unboxed.h5", nil)] {
      var writer = try DatasetWriter(creating: scratch.file(name), classes: ["a"], source: "test")
      for id in ["1", "2"] { try writer.append(DatasetRecord(id: id, image: image, boxes: boxes)) }
      try writer.addSplit("trainval", [0])
      try writer.addSplit("test", [1])
      _ = try writer.finish()
    }
    #expect(message { $0.data.path = scratch.file("unboxed.h5") }.contains("has no boxes"))
    let empty = try Dataset(opening: scratch.file("empty.h5"))
    try ProposalFile.write([[], []], of: empty, method: "none", to: scratch.file("none.h5"))
    #expect(
      message {
        $0.data.path = scratch.file("empty.h5")
        $0.data.proposals = scratch.file("none.h5")
      }.contains("no picture shows an object"))
  }

  @Test func devkitFilesCountFromOne() throws {
    let dataset = try dataset()
    let box = DetectionBox(xMin: 0, yMin: 1.25, xMax: 20, yMax: 30)
    let report = DetectionReport(
      dataset, records: [5], detections: [[.init(classIndex: 1, score: 0.8125, box: box)]])
    try report.writeDevkitFiles(to: scratch.file("devkit"), split: "val")
    let text = try scratch.bytes("devkit/comp4_det_val_\(dataset.classes[1]).txt")
    #expect(
      String(decoding: text, as: UTF8.self)
        == "\(dataset.ids[5]) 0.812500 1.00 2.25 21.00 31.00\n")
    #expect(try scratch.bytes("devkit/comp4_det_val_\(dataset.classes[0]).txt").isEmpty)
  }
}
