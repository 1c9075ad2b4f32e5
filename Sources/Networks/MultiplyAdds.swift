public import Layers
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
