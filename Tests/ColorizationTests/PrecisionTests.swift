import Colorization
import Foundation
import Networks
import Testing
import Training

/// Every configuration of the one encoder learns, in either precision.
@Suite(.serialized) struct PrecisionTests {
  let tiny: TinyRuns

  init() throws { tiny = try TinyRuns() }

  /// The largest distance of a bfloat16 loss from the single-precision one, as a share of it.
  static let stated = 0.02

  @Test func halfPrecisionFollowsSinglePrecision() throws {
    let settings = ["iterations=20", "batchSize=8", "evaluationInterval=0"]
    for precision in ["f32", "bf16"] {
      _ = try tiny.start(
        precision,
        tiny.configuration(settings[0], settings[1], settings[2], "precision=\(precision)"))
    }
    let (single, half) = (try tiny.losses("f32"), try tiny.losses("bf16"))
    #expect(single.count == 20 && half.count == 20 && single != half)
    for (a, b) in zip(single, half) { #expect(abs(a - b) < Self.stated * a) }
    // Master weights and optimizer are in single precision.
    #expect(try tiny.last("bf16").archive.entries.allSatisfy { $0.type == .f32 })
  }

  @Test(arguments: ChannelPair.allCases, [ColorizationObjective.Loss.classification, .regression])
  func everyPairLearns(_ pair: ChannelPair, _ loss: ColorizationObjective.Loss) throws {
    _ = try tiny.start(
      "run",
      tiny.configuration(
        "objective.pair=\(pair.rawValue)", "trunk.inputChannels=\(pair.input.count)",
        "objective.loss=\(loss.rawValue)", "objective.lambda=1", "iterations=12", "batchSize=8",
        "evaluationInterval=12"))
    let losses = try tiny.losses("run")
    #expect(losses.suffix(3).reduce(0, +) < losses.prefix(3).reduce(0, +))
    let evaluations = try tiny.evaluations("run")
    let name = loss == .classification ? "validation/divergence" : "validation/distance"
    #expect(evaluations.last!.metrics[name]! < evaluations.first!.metrics[name]!)
    #expect(evaluations.last!.metrics["validation/rmse"]!.isFinite)
    let loaded = try ColorizationNetwork.load(tiny.last("run"))
    #expect(loaded.preprocessing.channels == pair.input)
  }
}
