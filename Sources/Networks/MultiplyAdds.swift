public import Layers
internal import Randomness
public import Tensors

extension LayerKind {
  /// Multiply-adds of one forward pass over one picture whose maps have this size: those of weights
  /// alone.
  public func multiplyAdds(of input: Pair) -> Double {
    switch self {
    case .convolution(let layer):
      let output = outputSize(of: input)
      return Double(layer.weight.shape.count) * Double(output.height * output.width)
    case .transposedConvolution(let layer):
      return Double(layer.weight.shape.count) * Double(input.height * input.width)
    case .dense(let layer): return Double(layer.weight.shape.count)
    case .residual(let block):
      return block.branches.reduce(0) { $0 + ($1.stack.multiplyAdds(of: input) ?? 0) }
    case .maxPooling, .averagePooling, .upsampling, .globalAveragePooling, .batchNormalization,
      .responseNormalization, .relu, .dropout:
      return 0
    }
  }
}

extension Stack {
  /// Multiply-adds of one forward pass over one picture of this size; nil where a window finds no
  /// place.
  public func multiplyAdds(of input: Pair) -> Double? {
    var (size, sum) = (input, 0.0)
    for stage in stages {
      guard stage.layer.kind.hasRoom(in: size) else { return nil }
      sum += stage.layer.kind.multiplyAdds(of: size)
      size = stage.layer.kind.outputSize(of: size)
    }
    return sum
  }
}

/// How much the weights of a trunk weigh beside the pictures they work on.
public struct WeightUse: Sendable, Hashable {
  /// About how many weights there are.
  public let weights: Double
  /// Places of one picture at which each works, on average.
  public let places: Double
}

extension TrunkConfiguration {
  /// The use of weights on pictures of `size` rows and columns; nil where these are too small or
  /// have no size of their own (0).
  ///
  /// It is reckoned from a network of at most a quarter of the width: places are about the same.
  public func weightUse(size: Int) -> WeightUse? {
    var small = self
    small.width = min(width, 0.25)
    let stack = small.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    guard size > 0, let work = stack.multiplyAdds(of: Pair(size, size)) else { return nil }
    let weights = stack.tensors.reduce(0) {
      $0 + ($1.role == .weight ? $1.tensor.shape.count : 0)
    }
    let scale = width / small.width
    return WeightUse(weights: Double(weights) * scale * scale, places: work / Double(weights))
  }
}
