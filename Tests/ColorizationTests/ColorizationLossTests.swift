import Colorization
import Foundation
import Images
import Layers
import Networks
import Randomness
import Tensors
import Testing

/// The losses against sums written out, and the heads they stand on.
@Suite struct ColorizationLossTests {
  private static func batch(_ loss: ColorizationObjective.Loss) -> ColorizationBatch {
    let code =
      loss == .classification ? TargetCode(of: .lightnessToAB, neighbors: 4, sigma: 5) : nil
    let weights = code.map { (0..<$0.count).map { 0.5 + Float($0 % 7) } } ?? []
    let targets = ColorTargets(code: code, binWeights: weights, stride: 4)
    var stream = RandomKey(seed: 2).stream()
    return ColorizationBatch(
      (0..<2).map { _ in
        let samples = (0..<16 * 16 * 3).map { _ in UInt8(stream.uniform() * 255) }
        return targets.example(
          of: Picture(width: 16, height: 16, channels: 3, samples: samples))
      })
  }

  private static func noise(_ shape: Shape) -> Tensor {
    Initializer.gaussian(deviation: 1).tensor(shape: shape, key: RandomKey(seed: 3), on: .cpu)
  }

  @Test func classificationIsTheWeightedCrossEntropyAndThePlainDivergence() {
    let batch = Self.batch(.classification).tensors(on: .cpu)
    let (classes, shares) = (batch.code!.classes.indices, batch.code!.shares.doubles)
    let weights = batch.weights.doubles
    // One row and one column more than the targets: they do not count.
    let logits = Self.noise([2, 313, 5, 5])
    let values = logits.doubles
    var (trained, plain) = (0.0, 0.0)
    for picture in 0..<2 {
      for (row, column) in (0..<16).map({ ($0 / 4, $0 % 4) }) {
        let scores = (0..<313).map { values[((picture * 313 + $0) * 5 + row) * 5 + column] }
        let logSum = log(scores.map(exp).reduce(0, +))
        let at = (0..<4).map { (picture * 4 + $0) * 16 + row * 4 + column }
        let cross = at.reduce(0.0) {
          $0 - shares[$1] * (scores[Int(classes[$1])] - logSum)
        }
        let entropy = at.reduce(0.0) {
          let p = shares[$1]
          return p > 0 ? $0 - p * log(p) : $0
        }
        trained += cross * weights[picture * 16 + row * 4 + column]
        plain += cross - entropy
      }
    }
    let result = ColorizationLoss.classification(logits, batch)
    #expect(abs(result.trained.scalar - trained / 32) < 1e-4 * abs(trained / 32))
    #expect(abs(result.plain.value - plain / 32) < 1e-5)
    #expect(result.plain.value > 0)
  }

  @Test func regressionIsHalfTheSquaredDistance() {
    let batch = Self.batch(.regression).tensors(on: .cpu)
    let target = batch.target.doubles
    let output = Self.noise([2, 2, 4, 4])
    let values = output.doubles
    let sum = values.indices.reduce(0.0) {
      let d = values[$1] - target[$1] / 110
      return $0 + d * d / 2
    }
    let result = ColorizationLoss.regression(output, batch)
    #expect(abs(result.plain.value - sum / 32) < 1e-5)
    #expect(abs(result.trained.scalar - sum / 32) < 1e-5)
  }

  /// The published sizes, and a grid that covers the targets (science: RZ train_alexnet).
  @Test func theAlexNetIsThePublishedOne() {
    let trunk = TrunkConfiguration(.alexnet)
    #expect(trunk.denseStride == 8)
    var narrow = trunk
    narrow.width = 0.03125
    let network = ColorizationNetwork.build(
      narrow, .init(), size: 180, key: RandomKey(seed: 1), on: .cpu
    ).network
    let input = Tensor(filledWith: 0, shape: [1, 1, 180, 180], on: .cpu)
    let outputs = network.trunk.outputs(
      input, of: ["conv1", "pool1", "conv2", "pool2", "conv5", "pool5", "fc6", "fc7"])
    let sides = ["conv1", "pool1", "conv2", "pool2", "conv5", "pool5", "fc6", "fc7"].map {
      outputs[$0]!.shape[2]
    }
    #expect(sides == [45, 23, 23, 12, 12, 12, 12, 12])
    #expect(network(input).shape == [1, 313, 23, 23])
    // Normalization stands between convolution and rectifier, in every layer.
    #expect(network.trunk.names.filter { $0.hasPrefix("norm") }.count == 7)
    #expect((network.trunk["conv1"] as? Convolution)?.parameters.relu == false)
    #expect((network.trunk["norm1"] as? BatchNormalization)?.relu == true)
  }

  @Test func theAlexNetHasThePublishedNumberOfParameters() {
    let network = ColorizationNetwork.build(
      TrunkConfiguration(.alexnet), .init(), size: 180, key: RandomKey(seed: 1), on: .cpu
    ).network
    #expect(network.parameterCount == 58_127_353)
  }

  @Test(arguments: TrunkConfiguration.Architecture.allCases)
  func everyTrunkHasADenseHead(_ architecture: TrunkConfiguration.Architecture) {
    let trunk = TrunkConfiguration(architecture, width: 0.03125, inputChannels: 2)
    var objective = ColorizationObjective()
    (objective.pair, objective.loss) = (.abToLightness, .regression)
    let network = ColorizationNetwork.build(
      trunk, objective, size: 96, key: RandomKey(seed: 1), on: .cpu
    ).network
    let output = network(Tensor(filledWith: 0, shape: [2, 2, 96, 96], on: .cpu))
    let rows = 96 / trunk.denseStride
    #expect(output.shape.sizes[..<2] == [2, 1])
    #expect([rows, rows + 1].contains(output.shape[2]))
  }
}
