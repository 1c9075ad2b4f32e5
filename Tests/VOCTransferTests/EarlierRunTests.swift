import Datasets
import Foundation
import Networks
import Runs
import Testing
import Training
import VOCTransfer

/// Runs that began when names of layers meant something else.
@Suite struct EarlierRunTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 6, test: 4)
  }

  private func settings(_ features: String) -> ClassificationConfiguration {
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.data.augmentation.size = 32
    settings.trunk.width = 0.05
    settings.features = features
    settings.batchSize = 2
    settings.iterations = 4
    settings.checkpointInterval = 2
    return settings
  }

  private func results(
    _ folder: String, _ features: String, seeds: Int = 1, said: (String) -> Void = { _ in }
  ) throws -> [ClassificationResult] {
    var lines: [String] = []
    var comparison = Comparison<ClassificationRun>(
      starts: [NamedStart("he")], seeds: seeds, output: scratch.file(folder),
      settings: { seed in
        var settings = settings(features)
        settings.seed = seed
        return settings
      }, environment: EnvironmentRecord.test, report: { lines.append($0) })
    comparison.warn = { lines.append($0) }
    guard case .finished(let rows) = try comparison.run() else { return [] }
    lines.forEach(said)
    return rows[0].results
  }

  @Test func aRunGoesOnWithTheNamesItBeganWith() throws {
    // As an earlier version wrote it: a folder whose record does not say what names mean.
    let old = settings("conv3_1")
    try LayerNaming.$inForce.withValue(.first) {
      let run = try ClassificationRun(old, start: .scheme(.he))
      var environment = EnvironmentRecord.test(run.dataHash, 1)
      (environment.task, environment.start) = ("classify", "he")
      #expect(environment.layerNames == nil && environment.naming == .first)
      _ = try RunFolder.create(
        scratch.file("old/he-seed1"), configuration: old, environment: environment)
    }
    var said: [String] = []
    // Its seed 2 is missing too, and follows.
    let found = try results("old", "conv3_1", seeds: 2) { said.append($0) }
    let today = try results("relu", "relu3_1", seeds: 2)
    let bare = try results("bare", "conv3_1")
    #expect(found.map(\.mapArea) == today.map(\.mapArea))
    #expect(found[0].classes == today[0].classes && found[0].classes != bare[0].classes)
    #expect(found[1].run.layers.last == "conv3_1" && today[1].run.layers.last == "relu3_1")
    #expect(said.count { $0.contains("began with an earlier version: names of layers") } == 1)
    #expect(try RunFolder.environment(of: scratch.file("old/he-seed2")).naming == .first)
    #expect(try RunFolder.environment(of: scratch.file("relu/he-seed1")).naming == .current)
    // Digests of settings are what they were: the same command finds the runs finished.
    #expect(try results("old", "conv3_1", seeds: 2).map(\.mapArea) == found.map(\.mapArea))
    // Runs of both meanings in one table would have none.
    try FileManager.default.copyItem(
      atPath: scratch.file("bare/he-seed1"), toPath: scratch.file("old/he-seed3"))
    let error = #expect(throws: RunError.self) { try results("old", "conv3_1", seeds: 3) }
    #expect(error?.problem.contains("holds runs of this version and of an earlier one") == true)
  }

  @Test func aFoldedArchiveRefusesWhatItHasNot() throws {
    var trunk = settings("").trunk
    trunk = TrunkConfiguration(.vgg16, width: trunk.width)
    trunk.batchNormalization = false
    trunk.isFolded = true
    try scratch.archive("folded.safetensors", trunk, sees: .lightness, seed: 1)
    for (features, isThere) in [("relu3_1", true), ("conv3_1", false), ("norm3_1", false)] {
      var settings = settings(features)
      settings.trunk = trunk
      settings.trunk.isFolded = false
      do {
        _ = try ClassificationRun(settings, start: Start(scratch.file("folded.safetensors")))
        #expect(isThere, "\(features)")
      } catch {
        #expect(!isThere && "\(error)".contains("is folded into relu3_1"), "\(features): \(error)")
      }
    }
  }
}
