import Layers
import Networks
import Randomness
import Tensors
import Testing

@Suite struct RescalingTests {
  static let key = RandomKey(seed: 9)
  static var batch: Tensor { smoothNoise([6, 2, 24, 24], key) }

  /// Layers far out of balance, with biases, whose running statistics are those of the batch.
  static func unbalanced(normalized: Bool) throws -> Stack {
    var stack = InitializationTests.stack()
    if !normalized { stack["norm3"] = ReLU() }
    var initializer = DataDependentInitializer(.dataDependent)
    initializer.rescales = false
    try initializer.initialize(&stack, batches: [batch], key: key)
    for (name, factor) in [("conv1", 4.0), ("conv2", 0.1), ("conv3", 3), ("fc", 0.5)] {
      stack.transform {
        $0.name == "\(name).weight" || $0.name == "\(name).bias"
          ? $0.tensor.scaled(by: factor) : $0.tensor
      }
    }
    try initializer.initialize(&stack, batches: [batch], key: key) { $0 == "norm3" }
    return stack
  }

  @Test(arguments: [false, true])
  func layersLearnEquallyFastAndComputeWhatTheyDid(_ normalized: Bool) throws {
    let before = try Self.unbalanced(normalized: normalized)
    var after = before
    let report = try Rescaling().rescale(&after, batch: Self.batch, key: Self.key)
    let was = report.layers.map(\.ratioBefore)
    #expect(was.max()! / was.min()! > 10)
    #expect(report.spread < 0.01)
    #expect(abs(report.outputDeviation - 1) < 0.02)
    #expect(report.largestError < 1e-4)
    // Measured here as well, with other gradients, of which few numbers enter so small a network.
    let mine = ratios(after)
    #expect(mine.max()! / mine.min()! < 1.6, "\(mine)")
    // Every layer's output is the stated multiple of what it was.
    let names = Set(before.names)
    let (old, new) = (before.outputs(Self.batch, of: names), after.outputs(Self.batch, of: names))
    for name in before.names {
      let factor = report.factors[before.layerName(of: name)]!
      let largest = old[name]!.doubles.lazy.map(abs).max()!
      let worst = zip(new[name]!.doubles, old[name]!.doubles).map { abs($0 / factor - $1) }.max()!
      #expect(worst < 1e-4 * largest, "\(name): \(worst) of \(largest)")
    }
    #expect(report.factors["conv1"]! != 1)
    if normalized { #expect(report.factors["norm3"] == 1 && report.factors["conv3"]! != 1) }
  }

  /// Gradients of noise at the top over weights, layer by layer, with batch statistics.
  private func ratios(_ stack: Stack) -> [Double] {
    var squares: [String: Double] = [:]
    for draw in 0..<16 {
      var stack = stack
      stack["drop"] = ReLU(slope: 1)
      let (_, gradients) = stack.gradients { stack in
        var pass = Pass.training(key: Self.key)
        let y = stack.forward(Self.batch, &pass)
        let noise = Initializer.gaussian(deviation: 1).tensor(
          shape: y.shape, key: Self.key.folding("other").folding(draw), on: .cpu)
        return (y * noise).sum()
      }
      for (name, gradient) in gradients { squares[name, default: 0] += gradient.squaredNorm }
    }
    return stack.tensors.filter { $0.name.hasSuffix(".weight") }.map {
      (squares[$0.name]! / 16 / $0.tensor.squaredNorm).squareRoot()
    }
  }

  /// Blocks may differ by more than normalizations can take; the layers of a block come close, as
  /// far as single precision knows gradients that lose five orders of magnitude in each block:
  /// less far by Winograd's larger tiles, which the CPU has with AVX-512.
  @Test(arguments: [(Device.reference, 2), (.cpu, 4)])
  func aTrunkThatEndsInNormalizationKeepsItsFeatures(device: Device, spread: Double) throws {
    let configuration = TrunkConfiguration(.eccv16, width: 0.125)
    var trunk = configuration.build(.he, key: Self.key, on: device)
    let batches = [smoothNoise([4, 1, 32, 32], Self.key).moved(to: device)]
    let report = try DataDependentInitializer(.kmeans).initialize(
      &trunk, batches: batches, key: Self.key)
    let layers = try #require(report.rescaling?.layers)
    for block in 1...7 {
      let ratios = layers.filter { $0.name.hasPrefix("conv\(block)_") }.map(\.ratioAfter)
      #expect(ratios.max()! / ratios.min()! < spread, "conv\(block): \(ratios)")
    }
    #expect(report.rescaling?.factors["norm7"] == 1)
    #expect((report.rescaling?.largestError ?? 1) < 1e-3)
  }

  @Test func whatIsNotHomogeneousIsRefused() throws {
    var stack = Stack([
      .init("conv1", Convolution(2, 4, kernel: 3, key: Self.key, on: .cpu)),
      .init("norm1", ResponseNormalization()),
    ])
    let before = stack.tensors.map { $0.tensor.floats }
    let error = #expect(throws: InitializationError.self) {
      try Rescaling().rescale(&stack, batch: Self.batch, key: Self.key)
    }
    #expect(error?.layer == "norm1")
    #expect(error?.description.contains("ResponseNormalization") == true)
    #expect(stack.tensors.map { $0.tensor.floats } == before)
    var empty = Stack([.init("relu", ReLU())])
    #expect(throws: InitializationError.self) {
      try Rescaling().rescale(&empty, batch: Self.batch, key: Self.key)
    }
  }
}
