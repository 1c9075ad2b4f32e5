import Colorization
import Configurations
import Datasets
import Foundation
import Randomness
import Runs
import Testing
import Training

/// Features probed by labels while they are learned.
@Suite(.serialized) struct OnlineProbingTests {
  let tiny: TinyRuns
  /// 24 drawn pictures with several classes each.
  var labelled: String { "\(tiny.folder)/labelled.h5" }
  let recipes = ["knn-v1", "linear-v1"]

  init() throws {
    tiny = try TinyRuns()
    let source = SceneGenerator(size: (40, 40), key: RandomKey(seed: 4))
    _ = try SceneBuilder(source: source, name: "scenes", pretrain: 0, trainval: 16, test: 8)
      .build(to: labelled)
  }

  private func settings() throws -> PretrainingConfiguration<ColorizationTask> {
    var configuration = try tiny.configuration("evaluationInterval=3")
    configuration.probing.data.path = labelled
    configuration.probing.layers = ["norm2", "norm7"]
    configuration.probing.features = 64
    configuration.probing.neighbors = 3
    return configuration
  }

  @Test func everyEvaluationHoldsTheScoresOfEveryLayer() throws {
    #expect(try tiny.start("run", settings()) == .finished)
    let evaluations = try tiny.evaluations("run")
    #expect(evaluations.map(\.step) == [0, 3, 6])
    for (step, metrics) in evaluations {
      for (recipe, layer) in recipes.flatMap({ recipe in ["norm2", "norm7"].map { (recipe, $0) } })
      {
        let score = try #require(metrics["probe/\(recipe)/\(layer)/mAP"], "step \(step)")
        #expect((0...1).contains(score))
      }
      #expect(metrics["validation/divergence"] != nil)
    }
    // Looking changes nothing of what is learned.
    #expect(try tiny.start("plain", tiny.configuration("evaluationInterval=3")) == .finished)
    #expect(try tiny.losses("plain") == tiny.losses("run"))
  }

  @Test func threadsChangeNothingAndAScoreCanSelectCheckpoints() throws {
    var configuration = try settings()
    configuration.probing.data.loaderThreads = 1
    configuration.selection.metric = "probe/knn-v1/norm7/mAP"
    configuration.selection.order = .highest
    #expect(try tiny.start("one", configuration) == .finished)
    configuration.probing.data.loaderThreads = 3
    #expect(try tiny.start("three", configuration) == .finished)
    #expect(try tiny.evaluations("one").map(\.metrics) == tiny.evaluations("three").map(\.metrics))
    let best = try #require(try tiny.last("one").progress.best)
    let all = try tiny.evaluations("one").compactMap { $0.metrics[best.metric] }
    #expect(best.value == all.max())
  }

  /// Unless asked, no test picture is looked at; whoever asks finds it in run and archive.
  @Test func whatChoosesCheckpointsIsSaid() throws {
    var configuration = try settings()
    #expect(configuration.probing.data.testSplit == "")
    let quiet = try LabelledPictures(configuration.probing.data, key: RandomKey(seed: 0))
    let trainval = Set(try quiet.dataset.indices(ofSplit: "trainval"))
    #expect(quiet.test.count == 4 && quiet.train.count == 12)
    #expect(Set(quiet.train).union(quiet.test) == trainval)
    configuration.selection.metric = "probe/knn-v1/norm7/mAP"
    configuration.selection.order = .highest
    #expect(try tiny.start("held", configuration) == .finished)
    configuration.probing.data.testSplit = "test"
    #expect(try tiny.start("test", configuration) == .finished)
    for (run, split) in [("held", "a fifth of split 'trainval'"), ("test", "split 'test'")] {
      let selection = try #require(try CheckpointOrigin(tiny.last(run)).selection)
      #expect(selection.hasPrefix("selects checkpoints by probe/knn-v1/norm7/mAP on labels of "))
      #expect(selection.contains(split))
      let notes = try Journal.events(in: "\(tiny.folder)/\(run)/journal.jsonl").compactMap {
        if case .note(_, let text) = $0 { text } else { nil }
      }
      #expect(notes.contains { $0.contains(selection) })
      #expect(notes.contains { $0.hasPrefix("probes report on labels of \(split)") })
    }
    #expect(try tiny.evaluations("held").map(\.metrics) != tiny.evaluations("test").map(\.metrics))
    configuration.selection = .init()
    #expect(try tiny.start("unselected", configuration) == .finished)
    #expect(try CheckpointOrigin(tiny.last("unselected")).selection == nil)
  }

  /// Runs of before this default, which was `test`, keep their digests: without probing, and with.
  @Test func olderRunsKeepTheirDigests() throws {
    let plain = try tiny.configuration()
    var old = plain
    old.probing.data.testSplit = "test"
    #expect(try plain.digest == old.digest)
    #expect(try plain.canonicalYAML.contains("testSplit: test"))
    var asked = try settings()
    let digest = try asked.digest
    asked.probing.data.testSplit = "test"
    #expect(try asked.digest != digest)
  }

  @Test func aRunGoesOnWithTheLabelsItBeganWith() throws {
    var configuration = try settings()
    configuration.iterations = 3
    #expect(try tiny.start("run", configuration) == .finished)
    let (folder, checkpoint, _) = try RunFolder.resume(
      "\(tiny.folder)/run", settings: configuration)
    configuration.probing = .init()
    let without = try Pretraining(configuration)
    #expect { try without.run(in: folder, from: checkpoint) } throws: {
      "\($0)".contains("probing.data.path") && "\($0)".contains("nothing")
    }
  }

  @Test func whatCannotBeProbedIsSaidBeforeTheFirstStep() throws {
    var configuration = try settings()
    configuration.probing.layers = ["conv9"]
    #expect {
      try Pretraining(configuration)
    } throws: {
      "\($0)".contains("probing.layers") && "\($0)".contains("'conv9'") && "\($0)".contains("norm7")
    }
    configuration.probing.data.path = ""
    #expect { try Pretraining(configuration) } throws: {
      "\($0)".contains("probing.data.path")
    }
    configuration = try tiny.configuration(
      "probing.data.path=\(labelled)", "probing.linear.weightDecay=-1")
    #expect { try Pretraining(configuration) } throws: {
      "\($0)".contains("probing.linear.weightDecay")
    }
    configuration = try settings()
    configuration.selection.metric = "probe/knn-v1/norm7/mAP"
    #expect { try Pretraining(configuration) } throws: {
      "\($0)".contains("selection.order=highest")
    }
    configuration = try settings()
    configuration.probing.neighbors = 0
    #expect { try Pretraining(configuration) } throws: {
      "\($0)".contains("probing.neighbors")
    }
    configuration = try settings()
    configuration.selection.metric = "probe/knn-v1/norm5/mAP"
    configuration.selection.order = .highest
    #expect { try Pretraining(configuration) } throws: {
      "\($0)".contains("selection.metric") && "\($0)".contains("trunk/deadChannels")
        && "\($0)".contains("probe/knn-v1/norm7/mAP")
    }
    configuration = try settings()
    configuration.probing.data.trainFraction = 2
    #expect { try Pretraining(configuration) } throws: {
      "\($0)".contains("probing.data.trainFraction")
    }
    // Pictures without labels.
    configuration = try settings()
    configuration.probing.data.path = tiny.data
    configuration.probing.data.trainSplit = "nowhere"
    #expect { try Pretraining(configuration) } throws: { "\($0)".contains("nowhere") }
  }
}
