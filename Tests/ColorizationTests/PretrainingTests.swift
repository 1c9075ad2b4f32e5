import Colorization
import Configurations
import Foundation
import Layers
import Networks
import Randomness
import Runs
import Tensors
import Testing
import Training

/// What a run does besides stepping.
@Suite(.serialized) struct PretrainingTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  @Test func aRunSaysWhatItMade() throws {
    #expect(try tiny.start("run", tiny.configuration("iterations=20", "batchSize=8")) == .finished)
    let losses = try tiny.losses("run")
    #expect(losses[15...].reduce(0, +) / 5 < losses[..<5].reduce(0, +) / 5)
    #expect(try tiny.evaluations("run").map(\.step) == [0, 3, 6, 9, 12, 15, 18, 20])
    let metrics = try #require(try tiny.evaluations("run").last).metrics
    #expect(
      Set(metrics.keys) == [
        "validation/divergence", "validation/rmse", "validation/auc", "validation/rebalancedAuC",
        "trunk/deadChannels", "trunk/effectiveRank",
      ])
    let checkpoint = try tiny.last("run")
    let preprocessing: Preprocessing = try checkpoint.note("preprocessing")
    #expect(preprocessing == Preprocessing(.lightness, size: 32))
    #expect(checkpoint.notes["task"] == "colorization-classification")
    let origin = try CheckpointOrigin(checkpoint)
    #expect(origin.trunk.width == 0.0625 && origin.size == 32 && origin.seed == 1)
    let loaded = try ColorizationNetwork.load(checkpoint)
    #expect(loaded.objective == (try tiny.configuration()).objective)
    #expect(loaded.network.head["conv8_313"] is Convolution)
  }

  @Test func aLossThatIsNoNumberKeepsTheBatchAndTheLastCheckpoint() throws {
    let settings = try tiny.configuration(
      "optimizer.rule=sgd", "schedule.rate=1e30", "checkpointInterval=1", "logInterval=1",
      "evaluationInterval=0")
    let error = #expect(throws: DivergenceError.self) { try tiny.start("run", settings) }
    let step = try #require(error?.step)
    let path = try #require(error?.saved)
    let batch = try TensorArchive(reading: path)
    #expect(batch["input"]?.shape == [4, 1, 32, 32] && batch["classes"]?.shape == [4, 10, 8, 8])
    #expect(batch.metadata["records"]?.split(separator: "\n").count == 4)
    #expect(error?.description.contains(path) == true)
    // What was saved before, if anything was, is whole and older.
    let found = try CheckpointFolder("\(tiny.folder)/run/checkpoints").latest()?.checkpoint
    #expect((found?.progress.step ?? 0) < step && found?.nonFiniteTensor == nil)
    let notes = try tiny.journal("run").filter {
      if case .note(_, let text) = $0 { text.contains("not taken") } else { false }
    }
    #expect(notes.count == 4, "three steps, and the end")
  }

  @Test func aRunThatGetsNoBetterStopsEarlyAndStaysStopped() throws {
    let settings = try tiny.configuration(
      "iterations=50", "schedule.rate=0", "trunk.statisticsMomentum=0", "evaluationInterval=2",
      "selection.metric=validation/rmse", "selection.patience=3")
    let outcome = try tiny.start("run", settings)
    guard case .settled(let step, let best) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(step == 6 && best.step == 0 && best.metric == "validation/rmse")
    let bytes = try tiny.bytes("run")
    #expect(try Pretraining<ColorizationTask>.resume("\(tiny.folder)/run") == outcome)
    #expect(try tiny.bytes("run") == bytes)
  }

  @Test(arguments: [CheckpointSelection.Order.lowest, .highest])
  func theBestCheckpointsStay(_ order: CheckpointSelection.Order) throws {
    _ = try tiny.start(
      "run",
      tiny.configuration(
        "iterations=8", "evaluationInterval=1", "keepCheckpoints=1", "schedule.rate=0.01",
        "selection.metric=validation/rmse", "selection.keep=3",
        "selection.order=\(order.rawValue)"))
    let values = try tiny.evaluations("run").map { ($0.step, $0.metrics["validation/rmse"]!) }
    #expect(values.count == 9)
    let ranked = values.sorted { order == .lowest ? $0.1 < $1.1 : $0.1 > $1.1 }
    let best = try CheckpointFolder("\(tiny.folder)/run/best")
    #expect(try best.steps() == ranked.prefix(3).map(\.0).sorted())
    #expect(try CheckpointFolder("\(tiny.folder)/run/checkpoints").steps() == [8])
    let chosen = try CheckpointOrigin.found(at: "\(tiny.folder)/run/best").checkpoint
    #expect(chosen.progress.step == ranked[0].0 && chosen.notes["score"] == "\(ranked[0].1)")
    #expect(try tiny.last("run").progress.best?.value == ranked[0].1)
  }

  @Test func aMetricThatNoEvaluationGivesIsNamedAtOnce() throws {
    let settings = try tiny.configuration("selection.metric=validation/loss")
    let error = #expect(throws: ConfigurationError.self) { try tiny.start("run", settings) }
    #expect(error?.description.contains("validation/divergence") == true)
    #expect(!FileManager.default.fileExists(atPath: "\(tiny.folder)/run"))
  }

  /// Two batches of four are one of eight, where nothing mixes the pictures of a batch.
  @Test func accumulationIsALargerBatch() throws {
    let plain = ["trunk.architecture=vgg16", "trunk.batchNormalization=false"]
    _ = try tiny.start(
      "large", tiny.configuration(plain[0], plain[1], "batchSize=8", "iterations=3"))
    _ = try tiny.start(
      "parts",
      tiny.configuration(plain[0], plain[1], "batchSize=4", "accumulation=2", "iterations=3"))
    for (a, b) in zip(try tiny.losses("large"), try tiny.losses("parts")) {
      #expect(abs(a - b) < 1e-5 * abs(a))
    }
    #expect(try tiny.last("large").progress.position == tiny.last("parts").progress.position)
  }

  @Test func evaluationsAndReadersSeeTheAveragedWeights() throws {
    _ = try tiny.start(
      "run", tiny.configuration("optimizer.averaging=0.99", "schedule.rate=0.01"))
    let last = try tiny.last("run").archive
    let read = try CheckpointOrigin.found(at: "\(tiny.folder)/run").checkpoint.archive
    let name = "conv3_1.weight"
    #expect(read["model.\(name)"]?.bytes == last["optimizer.average.\(name)"]?.bytes)
    #expect(read["model.\(name)"]?.bytes != last["model.\(name)"]?.bytes)
    #expect(read["model.norm1.running_mean"] == last["model.norm1.running_mean"])
    #expect(!read.names.contains { $0.hasPrefix("optimizer.average") })
    _ = try ColorizationNetwork.load(CheckpointOrigin.found(at: "\(tiny.folder)/run").checkpoint)
    #expect(throws: ConfigurationError.self) {
      try Pretraining(tiny.configuration("optimizer.averaging=1"))
    }
  }

  /// L2 fine-tuned from full: everything but the last layer is loaded, and nothing else is fresh.
  @Test func regressionStartsFromAClassificationRun() throws {
    _ = try tiny.start("full", tiny.configuration())
    let from = "initialization.from=\(tiny.folder)/full"
    let tuned = try tiny.configuration(
      "objective.loss=regression", from, "initialization.fresh=[head.conv8_313]",
      "schedule.rate=0", "trunk.statisticsMomentum=0")
    _ = try tiny.start("tuned", tuned)
    let (full, ft) = (try tiny.last("full"), try tiny.last("tuned"))
    let same = full.archive.entries.filter {
      $0.name.hasPrefix("model.") && !$0.name.contains("conv8_313")
    }
    #expect(same.count > 50 && same.allSatisfy { ft.archive[$0.name] == $0 })
    #expect(ft.archive["model.head.conv8_313.weight"]?.shape == [2, 16, 1, 1])
    let report: LoadReport = try ft.note("start")
    #expect(
      report.fresh.map(\.name) == ["model.head.conv8_313.weight", "model.head.conv8_313.bias"])
    #expect(ft.notes["task"] == "colorization-regression")

    let strict = try tiny.configuration("objective.loss=regression", from)
    let error = #expect(throws: ArchiveError.self) { try tiny.start("strict", strict) }
    #expect(error?.tensor == "model.head.conv8_313.weight")
    let wrong = try tiny.configuration(from, "initialization.fresh=[conv9]")
    #expect(throws: ConfigurationError.self) { try tiny.start("wrong", wrong) }
    for name in ["strict", "wrong"] {
      #expect(!FileManager.default.fileExists(atPath: "\(tiny.folder)/\(name)"))
    }
  }

  /// Weights that were learned from the pictures, the same for the same seed, and only where asked.
  @Test func theFirstWeightsCanComeFromThePictures() throws {
    let settings = [
      "initialization.scheme=kmeans", "initialization.layers=[conv1, conv2]",
      "initialization.batches=1", "schedule.rate=0", "iterations=1", "evaluationInterval=0",
    ]
    func run(_ name: String, _ settings: [String]) throws -> TensorArchive {
      let configuration = try PretrainingConfiguration<ColorizationTask>(
        yaml: TinyRuns.yaml, source: "tiny", settings: ["data.path=\(tiny.data)"] + settings)
      _ = try tiny.start(name, configuration)
      return try tiny.last(name).archive
    }
    let drawn = try run("he", Array(settings[2...]))
    let (learned, again) = (try run("kmeans", settings), try run("again", settings))
    #expect(learned.entries == again.entries)
    #expect(learned["model.conv1_1.weight"] != drawn["model.conv1_1.weight"])
    #expect(learned["model.head.conv8_2.weight"] == drawn["model.head.conv8_2.weight"])
    let report: InitializationReport = try tiny.last("kmeans").note("initialization")
    #expect(report.pictures == 16 && report.layers.map(\.name).prefix(2) == ["conv1_1", "conv1_2"])
  }

  /// As a Caffe prototxt draws some layers; the others are as without.
  @Test func fillersDrawTheLayersTheyName() throws {
    func first(_ name: String, _ settings: String...) throws -> TensorArchive {
      let configuration = try PretrainingConfiguration<ColorizationTask>(
        yaml: TinyRuns.yaml, source: "tiny",
        settings: ["data.path=\(tiny.data)", "schedule.rate=0", "iterations=1"] + settings)
      _ = try tiny.start(name, configuration)
      return try tiny.last(name).archive
    }
    let plain = try first("plain")
    let filled = try first(
      "filled",
      "initialization.fillers=[{layers: [conv7_1], deviation: 0.005, bias: 1}, "
        + "{layers: [head.conv8_313], deviation: 0, bias: 0}]")
    let weights = try filled.tensor("model.conv7_1.weight", on: .cpu).floats
    let deviation = (weights.reduce(0) { $0 + $1 * $1 } / Float(weights.count)).squareRoot()
    #expect(abs(deviation - 0.005) < 0.0003)
    #expect(try filled.tensor("model.conv7_1.bias", on: .cpu).floats.allSatisfy { $0 == 1 })
    #expect(
      try filled.tensor("model.head.conv8_313.weight", on: .cpu).floats.allSatisfy { $0 == 0 })
    #expect(filled["model.conv7_2.weight"] == plain["model.conv7_2.weight"])
    let wrong = try tiny.configuration(
      "initialization.fillers=[{layers: [fc6], deviation: 0.005, bias: 1}]")
    let error = #expect(throws: ConfigurationError.self) { try tiny.start("wrong", wrong) }
    #expect(error?.problem.contains("no layer 'fc6'") == true)
  }

  @Test func anotherTaskOrChannelCountIsRefused() throws {
    #expect(throws: ConfigurationError.self) {
      try Pretraining(tiny.configuration("task=denoising"))
    }
    let error = #expect(throws: ConfigurationError.self) {
      try Pretraining(tiny.configuration("objective.pair=ab-L"))
    }
    #expect(error?.place == "trunk.inputChannels")
  }

  @Test func aResumedRunKeepsAsManyCheckpointsAsItShould() throws {
    let settings = try tiny.configuration("checkpointInterval=1", "keepCheckpoints=5")
    _ = try tiny.start("run", settings, stop: .init(after: 3, saves: true))
    #expect(try Pretraining<ColorizationTask>.resume("\(tiny.folder)/run") == .finished)
    #expect(
      try CheckpointFolder("\(tiny.folder)/run/checkpoints").steps() == [2, 3, 4, 5, 6])
  }
}
