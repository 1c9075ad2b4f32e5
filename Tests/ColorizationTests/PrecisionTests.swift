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

/// Every configuration of the one encoder learns, in either precision.
@Suite(.serialized) struct PrecisionTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  /// The losses of ten steps on one batch.
  private func losses(_ settings: [String], _ dtype: DType = .f32) throws -> [Double] {
    let configuration = try PretrainingConfiguration<ColorizationTask>(
      yaml: TinyRuns.yaml, source: "tiny", settings: ["data.path=\(tiny.data)"] + settings)
    let pretraining = try Pretraining(configuration)
    let (task, source) = (pretraining.task, pretraining.source)
    let key = RandomKey(seed: 1)
    let batch = task.batch(
      of: try source.train.prefix(4).map { .init(crop: try source.center(of: $0), key: key) })
    var network = task.model(
      around: configuration.trunk.build(key: key, on: .cpu), key: key, on: .cpu)
    var optimizer = Adam()
    return (0..<10).map { step in
      let (loss, gradients) = network.gradients { network in
        var pass = Pass.training(key: key.folding(step))
        return task.loss(&network, batch, &pass, on: .cpu, as: dtype).trained
      }
      optimizer.step(&network, gradients, rate: 3e-3)
      return loss.scalar
    }
  }

  /// The largest distance of a bfloat16 loss from the single-precision one, as a share of it.
  static let stated = 0.02

  @Test func halfPrecisionFollowsSinglePrecision() throws {
    let (single, half) = (try losses([]), try losses([], .bf16))
    #expect(single != half)
    for (a, b) in zip(single, half) { #expect(abs(a - b) < Self.stated * a, "\(a) and \(b)") }
  }

  @Test func masterWeightsAndOptimizerStayInSinglePrecision() throws {
    _ = try tiny.start("run", tiny.configuration("precision=bf16", "iterations=2"))
    #expect(try tiny.last("run").archive.entries.allSatisfy { $0.type == .f32 })
  }

  @Test(arguments: ChannelPair.allCases, [ColorizationObjective.Loss.classification, .regression])
  func everyPairLearns(_ pair: ChannelPair, _ loss: ColorizationObjective.Loss) throws {
    let losses = try losses([
      "objective.pair=\(pair.rawValue)", "trunk.inputChannels=\(pair.input.count)",
      "objective.loss=\(loss.rawValue)", "objective.lambda=1",
    ])
    #expect(losses[9] < losses[0] && losses.allSatisfy(\.isFinite))
  }

  @Test(arguments: [ChannelPair.abToLightness, .grayToRGB])
  func everyPairRunsAndIsReadBack(_ pair: ChannelPair) throws {
    _ = try tiny.start(
      "run",
      tiny.configuration(
        "objective.pair=\(pair.rawValue)", "trunk.inputChannels=\(pair.input.count)",
        "iterations=2"))
    #expect(try tiny.evaluations("run").last?.metrics["validation/rmse"]?.isFinite == true)
    let loaded = try ColorizationNetwork.load(tiny.last("run"))
    #expect(loaded.preprocessing.channels == pair.input)
    #expect(try tiny.last("run").notes["task"] == "colorization-classification-\(pair.rawValue)")
  }
}
