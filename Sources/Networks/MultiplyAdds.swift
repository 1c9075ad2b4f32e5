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

extension TrunkConfiguration {
  /// Places of a picture of `size` rows and columns at which each weight of the convolutions works,
  /// on average; nil where the picture is too small or has no size of its own (0).
  ///
  /// It is that of a network of at most a quarter of the width, which is about the same.
  public func placesPerWeight(size: Int) -> Double? {
    var small = self
    small.width = min(width, 0.25)
    let stack = small.build(.constant(0), key: RandomKey(seed: 0), on: .cpu)
    guard size > 0, let work = stack.multiplyAdds(of: Pair(size, size)) else { return nil }
    let weights = stack.tensors.reduce(0) {
      $0 + ($1.role == .weight ? $1.tensor.shape.count : 0)
    }
    return work / Double(weights)
  }
}
