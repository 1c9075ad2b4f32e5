internal import Foundation
public import Layers
public import Randomness
public import Tensors

/// Balances layers so that all learn equally fast, without changing what the network computes but
/// for a factor per layer.
///
/// Random gradients enter at the top; r_k is the size of the gradient of layer k's weights over
/// that of the weights. Weights are multiplied by sqrt(r_k / target), the target being the
/// geometric mean of all K of them, times the deviation of the outputs to the power 1 / K so that
/// this tends to 1; biases follow the scale of their layer's input besides.
///
/// Layers between must be homogeneous of degree one: rectifiers, pooling, upsampling, dropout.
/// Batch normalization ends a chain: with the statistics of the batch its output does not depend on
/// the scale of its input, and its running statistics are scaled along so that evaluation agrees.
/// The target then comes from the layers after the last normalization. Where there are none,
/// outputs set no scale, and the target is the smallest mean of a block between normalizations, so
/// that no normalization meets smaller inputs than it did, beside which the constant it adds to
/// variances would begin to count. No block grows by more than `growth`; where that is not enough,
/// its layers learn equally fast among themselves, and the report is not converged.
/// - Source: Krähenbühl et al., ICLR 2016, section 3.2; `-cs` of philkr/magic_init.
public struct Rescaling: Codable, Hashable, Sendable {
  /// Rounds at most.
  public var rounds: Int = 10
  /// Random gradients that ratios are averaged over.
  public var gradients: Int = 4
  /// What the input of a normalization may be multiplied by, at most.
  public var growth: Double = 1000
  /// Log-ratios this close to their mean are equal.
  public var tolerance: Double = 0.01

  /// The published constants.
  public init() {}

  /// Rescales the layers that `isRescaled` accepts by name; the others pass gradients as they are.
  ///
  /// A layer that is not homogeneous, such as response normalization, is an error that names it; so
  /// is a network whose outputs would change by more than their factor. Both leave the stack as it
  /// was.
  /// - Shapes: batch [n, c, h, w]; one is enough.
  @discardableResult
  public func rescale(
    _ stack: inout Stack, batch: Tensor, key: RandomKey,
    where isRescaled: (_ name: String) -> Bool = { _ in true }
  ) throws -> RescalingReport {
    let chain = try Chain(stack, where: isRescaled)
    let original = stack(batch)
    var new = stack
    var scales = [String: Double](uniqueKeysWithValues: chain.layers.map { ($0, 1) })
    var state = Response(new, chain, batch, gradients, key)
    let before = state.ratios
    try require(state, chain)
    var done = 0
    while done < rounds, !isBalanced(state, chain) {
      let targets = targets(state, chain, scales)
      let factors = [String: Double](
        uniqueKeysWithValues: zip(chain.layers, state.ratios).map {
          ($0, ($1 / targets[$0]!).squareRoot())
        })
      if factors.values.allSatisfy({ abs(log($0)) < 1e-4 }) { break }
      chain.multiply(&new, by: factors)
      for (name, factor) in factors { scales[name]! *= factor }
      state = Response(new, chain, batch, gradients, key)
      done += 1
    }
    let factors = chain.outputFactors(scales)
    let error = error(new(batch), original, factor: factors[stack.layerNames.last!]!)
    guard error < 0.01 else {
      throw InitializationError(
        problem: """
          would change what the network computes by \(error) when rescaled: the input of a \
          normalization becomes too small beside the constant it adds to variances
          """)
    }
    stack = new
    return RescalingReport(
      layers: chain.layers.indices.map {
        .init(
          name: chain.layers[$0], ratioBefore: before[$0], ratioAfter: state.ratios[$0],
          scale: scales[chain.layers[$0]]!)
      }, factors: factors, rounds: done, outputDeviation: state.deviation, largestError: error)
  }

  /// What each layer's ratio should become, given what its weights were multiplied by so far.
  private func targets(
    _ state: Response, _ chain: Chain, _ scales: [String: Double]
  ) -> [String: Double] {
    let logs = Dictionary(
      uniqueKeysWithValues: zip(chain.layers, state.ratios.map { log($0) }))
    func mean(_ layers: [String]) -> Double {
      layers.reduce(0) { $0 + logs[$1]! } / Double(layers.count)
    }
    let wanted =
      chain.tail.isEmpty
      ? chain.blocks.map(mean).min()!
      : mean(chain.tail) + log(state.deviation) / Double(chain.tail.count)
    var targets = [String: Double](uniqueKeysWithValues: chain.tail.map { ($0, exp(wanted)) })
    for block in chain.blocks {
      let count = Double(block.count)
      let grown = block.reduce(0) { $0 + log(scales[$1]!) }
      // By this the block's output grows in this round.
      let step = min(count / 2 * (mean(block) - wanted), log(growth) - grown)
      for name in block { targets[name] = exp(mean(block) - 2 * step / count) }
    }
    return targets
  }

  private func isBalanced(_ state: Response, _ chain: Chain) -> Bool {
    RescalingReport.spread(state.ratios) < tolerance
      && (chain.tail.isEmpty || abs(log(state.deviation)) < tolerance)
  }

  /// Weights without gradients, or outputs without variation, have no ratio.
  private func require(_ state: Response, _ chain: Chain) throws(InitializationError) {
    for (name, ratio) in zip(chain.layers, state.ratios) where !(ratio > 0 && ratio.isFinite) {
      throw InitializationError(
        layer: name,
        problem: "has gradients or weights of size zero or infinity, and cannot be rescaled")
    }
    guard chain.tail.isEmpty || state.deviation > 0 else {
      throw InitializationError(problem: "rescales to nothing: the last layer's output is constant")
    }
  }

  private func error(_ after: Tensor, _ before: Tensor, factor: Double) -> Double {
    let (new, old) = (after.doubles, before.doubles)
    let largest = old.lazy.map(abs).max() ?? 0
    let worst = zip(new, old).lazy.map { abs($0 / factor - $1) }.max() ?? 0
    return worst / max(largest, .leastNormalMagnitude)
  }
}

/// What random gradients at the top come to.
private struct Response {
  /// The ratio of each layer with weights.
  var ratios: [Double]
  /// The mean deviation of the output's channels.
  var deviation: Double

  /// Batch normalization uses the batch, dropout passes everything, the stack stays as it is.
  init(_ stack: Stack, _ chain: Chain, _ batch: Tensor, _ draws: Int, _ key: RandomKey) {
    var moments = ChannelMoments()
    let names = Set(chain.layers.map { "\($0).weight" })
    let weights = stack.tensors.filter { names.contains($0.name) }
    var squares = [Double](repeating: 0, count: weights.count)
    for draw in 0..<max(1, draws) {
      let key = key.folding(draw)
      var copy = stack
      let (_, gradients) = copy.gradients(where: { names.contains($0.name) }) { model in
        var x = batch
        var pass = Pass.training(key: key)
        for stage in model.stages where !stage.layer.kind.isDropout {
          var layer = stage.layer
          x = layer.forward(x, &pass)
        }
        if draw == 0 { moments.add(x.detached) }
        let noise = Initializer.gaussian(deviation: 1).tensor(
          shape: x.shape, key: key.folding("gradient"), on: x.device)
        return (x * noise).sum()
      }
      for (place, weight) in weights.enumerated() {
        squares[place] += gradients[weight.name]!.squaredNorm / Double(max(1, draws))
      }
    }
    ratios = zip(squares, weights).map { ($0 / $1.tensor.squaredNorm).squareRoot() }
    let deviations = moments.variance.map { $0.squareRoot() }
    deviation = deviations.reduce(0, +) / Double(deviations.count)
  }
}
