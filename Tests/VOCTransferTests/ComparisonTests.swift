import Configurations
import Datasets
import Files
import Foundation
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Text
import Training
import VOCTransfer

@Suite struct ComparisonTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.scenes("scenes.h5", trainval: 6, test: 4)
  }

  private func settings(_ seed: UInt64) -> ClassificationConfiguration {
    var settings = ClassificationConfiguration()
    settings.data.path = scratch.file("scenes.h5")
    settings.data.augmentation.size = 32
    settings.trunk.width = 0.05
    settings.batchSize = 2
    settings.iterations = 6
    settings.checkpointInterval = 2
    settings.seed = seed
    return settings
  }

  private func comparison(
    _ starts: [String], output: String, seeds: Int = 2,
    settings: ((UInt64) -> ClassificationConfiguration)? = nil,
    report: @escaping (String) -> Void = { _ in }
  ) -> Comparison<ClassificationRun> {
    Comparison(
      starts: starts.map { NamedStart($0) }, seeds: seeds, output: scratch.file(output),
      settings: settings ?? self.settings, environment: EnvironmentRecord.test, report: report)
  }

  private func rows(
    _ comparison: Comparison<ClassificationRun>
  ) throws -> [Comparison<ClassificationRun>.Row] {
    guard case .finished(let rows) = try comparison.run() else { return [] }
    return rows
  }

  @Test func everyStartRunsWithEverySeedAndIsNotRepeated() throws {
    var said: [String] = []
    let first = comparison(
      ["gaussian", "he"], output: "a", report: { said.append($0) })
    let rows = try rows(first)
    #expect(rows.map(\.name) == ["gaussian", "he"])
    #expect(rows.allSatisfy { $0.results.map(\.run.seed) == [1, 2] })
    #expect(
      said.map { $0.split(separator: " (about ").first.map(String.init) }
        == ["run 1 of 4: gaussian, seed 1", "run 2 of 4", "run 3 of 4", "run 4 of 4"])
    #expect(said[3].hasSuffix(" left): he, seed 2"))
    let table = Comparison<ClassificationRun>.table(rows)
    #expect(table.headings.last == "mAP area minus gaussian")
    #expect(table.rows.map(\.first) == ["gaussian", "he", "chance"])
    let basis = try #require(rows[0].results[0].basis)
    #expect(basis.hasPrefix("mAP area is the mean over "))
    #expect(basis.contains("classes; fewest test pictures: "))
    #expect(basis.hasSuffix("; equal scores are one threshold"))
    #expect(
      String(decoding: try scratch.bytes("a/table.md"), as: UTF8.self)
        == "\(table.markdown)\n\n\(basis).\n")
    said = []
    // What a killed call was writing.
    let left = TemporaryFile.path(for: scratch.file("a/table.md"))
      .replacing(".\(getpid()).", with: ".999999999.")
    try Data("half".utf8).write(to: URL(filePath: left))
    #expect(try self.rows(first).map(\.name) == ["gaussian", "he"])
    #expect(said.isEmpty && !FileManager.default.fileExists(atPath: left))
  }

  @Test func settingsThatNoRunCanHaveAreNamed() throws {
    func words(_ change: (inout ClassificationConfiguration) -> Void) -> String {
      var changed = settings(1)
      change(&changed)
      do {
        let run = try ClassificationRun(changed, start: .scheme(.he))
        let folder = try RunFolder.create(
          scratch.file("settings"), configuration: changed, environment: .test(run.dataHash, 1))
        _ = try run.run(in: folder, from: nil)
        return ""
      } catch { return "\(error)" }
    }
    #expect(words { $0.iterations = 0 }.contains("iterations"))
    #expect(words { $0.batchSize = 0 }.contains("batchSize"))
    for rate in [-1e-3, .nan, .infinity] as [Double] {
      #expect(words { $0.schedule.rate = rate }.contains("schedule.rate"))
      #expect(words { $0.schedule.factor = rate }.contains("schedule.factor"))
      #expect(words { $0.schedule.final = rate }.contains("schedule.final"))
      #expect(words { $0.tuning.trunkRate = rate }.contains("tuning.trunkRate"))
      #expect(
        words { $0.tuning.layerRates = [.init(prefix: "conv1", rate: rate)] }
          .contains("tuning.layerRates.0.rate"))
    }
    #expect(words { $0.dropout = 1.5 }.contains("dropout"))
    #expect(words { $0.trunk.width = 0 }.contains("width 0"))
    #expect(words { $0.trunk.statisticsMomentum = 2 }.contains("momentum of 2"))
    #expect(words { $0.optimizer.momentum = 1 }.contains("optimizer.momentum"))
    #expect(words { $0.optimizer.weightDecay = -1 }.contains("optimizer.weightDecay"))
    #expect(words { $0.schedule.interval = 0 }.contains("schedule.interval"))
    #expect(words { $0.data.loaderThreads = 0 }.contains("data.loaderThreads"))
    #expect(
      words { $0.tuning.layerRates = [.init(prefix: "conv9.", rate: 2)] }
        .contains("no parameter's name begins with 'conv9.'"))
  }

  @Test func anInterruptedRunGoesOnBitForBit() throws {
    _ = try rows(comparison(["he"], output: "whole", seeds: 1))
    // A run that saved step 2, was killed later, and lost what came after.
    let task = try ClassificationRun(settings(1), start: .scheme(.he))
    do {
      let folder = try RunFolder.create(
        scratch.file("cut/he-seed1"), configuration: settings(1),
        environment: .test(task.dataHash, 1), keep: 9)
      _ = try task.run(in: folder, from: nil)
    }
    let checkpoints = "cut/he-seed1/checkpoints"
    #expect(scratch.names(in: checkpoints) == ["step-2.ckpt", "step-4.ckpt", "step-6.ckpt"])
    let end = try scratch.bytes("\(checkpoints)/step-6.ckpt")
    try scratch.remove("\(checkpoints)/step-4.ckpt")
    try scratch.remove("\(checkpoints)/step-6.ckpt")
    try scratch.remove("cut/he-seed1/evaluation.json")
    var said: [String] = []
    _ = try rows(comparison(["he"], output: "cut", seeds: 1, report: { said.append($0) }))
    #expect(said == ["run 1 of 1: he, seed 1, goes on from step 2"])
    #expect(try scratch.bytes("\(checkpoints)/step-6.ckpt") == end)
    for file in ["evaluation.json", "checkpoints/step-6.ckpt"] {
      #expect(
        try scratch.bytes("cut/he-seed1/\(file)") == scratch.bytes("whole/he-seed1/\(file)"))
    }
    let events = try Journal.events(in: scratch.file("cut/he-seed1/journal.jsonl"))
    #expect(events.map(\.step) == [6])
  }

  @Test func runsOfOtherSettingsDataOrStartsAreRefused() throws {
    var trunk = TrunkConfiguration(.eccv16, width: 0.05)
    try scratch.archive("a.safetensors", trunk, sees: .lightness, seed: 1)
    let start = "features=\(scratch.file("a.safetensors"))"
    _ = try rows(comparison([start], output: "b", seeds: 1))

    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    let other = comparison(
      [start], output: "b", seeds: 1,
      settings: {
        var changed = settings($0)
        changed.iterations = 7
        return changed
      })
    #expect(
      message { _ = try other.run() }
        .contains("was made with other settings (iterations was 6, is 7)"))

    // The same name, another archive.
    try scratch.archive("a.safetensors", trunk, sees: .lightness, seed: 2)
    let again = comparison([start], output: "b", seeds: 1)
    #expect(message { _ = try again.run() }.contains("from another start"))

    // An interrupted run, too, is one of its start.
    try scratch.remove("b/features-seed1/evaluation.json")
    #expect(message { _ = try again.run() }.contains("began from"))

    try scratch.archive("a.safetensors", trunk, sees: .lightness, seed: 1)
    try scratch.scenes("scenes.h5", trainval: 6, test: 4, seed: 5)
    #expect(message { _ = try again.run() }.contains("data of other content"))

    trunk.width = 0.1
    try scratch.archive("wide.safetensors", trunk, sees: .lightness, seed: 1)
    let wide = comparison([scratch.file("wide.safetensors")], output: "c", seeds: 1)
    #expect(message { _ = try wide.run() }.contains("width 0.1"))
  }

  /// A cluster copies data to another folder for each job.
  @Test func dataThatMovedAreTheSame() throws {
    _ = try rows(comparison(["he"], output: "m", seeds: 1))
    try scratch.remove("m/he-seed1/evaluation.json")
    try FileManager.default.moveItem(
      atPath: scratch.file("scenes.h5"), toPath: scratch.file("moved.h5"))
    var said: [String] = []
    let moved = comparison(
      ["he"], output: "m", seeds: 2,
      settings: {
        var settings = settings($0)
        settings.data.path = scratch.file("moved.h5")
        return settings
      }, report: { said.append($0) })
    #expect(try rows(moved)[0].results.count == 2)
    #expect(said[0] == "run 1 of 2: he, seed 1, goes on from step 6" && said.count == 2)
    said = []
    #expect(try rows(moved)[0].results.count == 2 && said.isEmpty)
  }

  /// A finished run is scored on pictures that it was not made for.
  @Test func aFinishedRunIsTestedOnOtherPictures() throws {
    let own = try rows(comparison(["he"], output: "t", seeds: 1))[0].results[0]
    let run = scratch.file("t/he-seed1")
    func test(_ data: String, _ split: String?) throws -> TransferTest<ClassificationTask> {
      try TransferTest(of: run, on: MovedFiles(data: scratch.file(data)), split: split)
    }
    let again = try test("scenes.h5", nil)
    let same = try again.result()
    #expect(same.measures == own.measures && !again.tested.areTrainingPictures)
    #expect(same.run.tested == again.tested && same.run.startDigest == own.run.startDigest)
    #expect(scratch.names(in: "t/he-seed1/tests").count == 1)

    try scratch.scenes("other.h5", trainval: 6, test: 4, seed: 5)
    let other = try test("other.h5", "trainval")
    let result = try other.result()
    #expect(result.measures != own.measures && result.run.testPictures == 6)
    #expect(result.run.tested?.split == "trainval" && !other.tested.areTrainingPictures)
    #expect(try test("scenes.h5", "trainval").tested.areTrainingPictures)
    // The run's own result stays what it is.
    #expect(try RunFolder.evaluation(of: run, as: ClassificationResult.self)?.run == own.run)

    try scratch.remove("t/he-seed1/evaluation.json")
    #expect(throws: RunError.self) { try test("scenes.h5", nil) }
  }

  @Test func startsSeeTheSameChannelsUnlessASettingAllowsOthers() throws {
    var rgb = TrunkConfiguration(.eccv16, width: 0.05)
    rgb.inputChannels = 3
    try scratch.archive("rgb.safetensors", rgb, sees: .rgb, seed: 1)
    let starts = ["he", "rgb=\(scratch.file("rgb.safetensors"))"]
    let strict = comparison(starts, output: "d", seeds: 1)
    #expect(throws: ArchiveError.self) { _ = try strict.run() }
    #expect(scratch.names(in: "d").isEmpty)
    func allowing(_ seed: UInt64) -> ClassificationConfiguration {
      var settings = settings(seed)
      settings.input.mayDiffer = true
      settings.iterations = 1
      return settings
    }
    let rows = try rows(comparison(starts, output: "d", seeds: 1, settings: allowing))
    #expect(rows.map { $0.results[0].run.input.channels } == [.lightness, .rgb])

    let color = comparison(
      ["he"], output: "e", seeds: 1,
      settings: {
        var settings = allowing($0)
        settings.input.channels = .lab
        return settings
      })
    let error = #expect(throws: ConfigurationError.self) { _ = try color.run() }
    #expect(error?.place == "trunk.inputChannels")
  }

  @Test func frozenLayersKeepTheirWeights() throws {
    func frozen(_ seed: UInt64) -> ClassificationConfiguration {
      var settings = settings(seed)
      settings.tuning.frozenThrough = "norm1"
      return settings
    }
    let rows = try rows(comparison(["he"], output: "f", seeds: 1, settings: frozen))
    #expect(rows[0].results[0].run.frozen == ["conv1_1", "conv1_2", "norm1"])
    let end = try Checkpoint(reading: scratch.file("f/he-seed1/checkpoints/step-6.ckpt"))
    let free = comparison(["he"], output: "g", seeds: 1)
    _ = try free.run()
    let other = try Checkpoint(reading: scratch.file("g/he-seed1/checkpoints/step-6.ckpt"))
    let dataset = try Dataset(opening: scratch.file("scenes.h5"))
    let begin = try Start.scheme(.he).trunk(
      settings(1), pictures: StartPictures(dataset, try dataset.indices(ofSplit: "trainval")),
      key: .init(seed: 1).folding("trunk"), on: .cpu)
    for named in begin.stack.tensors {
      let name = "model.\(named.name)"
      let isFrozen = named.name.contains("1_") || named.name.hasPrefix("norm1.")
      #expect((try end.archive.tensor(name, on: .cpu).floats == named.tensor.floats) == isFrozen)
      #expect(try other.archive.tensor(name, on: .cpu).floats != named.tensor.floats)
    }
  }

  @Test func badRequestsAreNamed() throws {
    #expect(throws: ConfigurationError.self) { try comparison([], output: "x").run() }
    let twice = comparison(["a=he", "a=xavier"], output: "x")
    #expect(throws: ConfigurationError.self) { try twice.run() }
    #expect(throws: ConfigurationError.self) { try comparison(["../a=he"], output: "x").run() }
    let unknown = comparison(
      ["he"], output: "y", seeds: 1,
      settings: {
        var settings = settings($0)
        settings.tuning.frozenThrough = "conv9"
        return settings
      })
    let error = #expect(throws: ConfigurationError.self) { try unknown.run() }
    #expect(error?.problem.contains("conv1_1, conv1_2") == true)
  }
}
