public import Layers
public import Tensors

extension LayerKind {
  /// Rows and columns of the output for an input of this size; traps where that is too small.
  public func outputSize(of input: Pair) -> Pair {
    switch self {
    case .convolution(let layer):
      let channels = layer.weight.shape[1] * layer.parameters.groups
      return Pair(
        rowsAndColumnsOf: layer.parameters.outputShape(
          input: [1, channels, input.height, input.width], weight: layer.weight.shape))
    case .transposedConvolution(let layer):
      let (stride, padding, taps) = (layer.stride, layer.padding, layer.weight.shape)
      return Pair(
        (input.height - 1) * stride.height - 2 * padding.height + taps[2],
        (input.width - 1) * stride.width - 2 * padding.width + taps[3])
    case .maxPooling(let layer): return layer.parameters.outputSize(of: input)
    case .averagePooling(let layer): return layer.parameters.outputSize(of: input)
    case .upsampling(let layer): return Pair(layer.grown(input.height), layer.grown(input.width))
    case .residual(let block):
      return block.main.stages.reduce(input) { $1.layer.kind.outputSize(of: $0) }
    case .dense, .globalAveragePooling: return 1
    case .batchNormalization, .responseNormalization, .relu, .dropout: return input
    }
  }

  /// Whether every window finds a place in an input of this size.
  public func hasRoom(in input: Pair) -> Bool {
    switch self {
    case .convolution(let layer): return layer.window.hasRoom(in: input)
    case .maxPooling(let layer): return layer.window.hasRoom(in: input)
    case .averagePooling(let layer): return layer.window.hasRoom(in: input)
    case .residual(let block):
      return block.branches.allSatisfy { $0.stack.outputSize(of: input) != nil }
    case .transposedConvolution, .dense, .batchNormalization, .responseNormalization, .relu,
      .globalAveragePooling, .dropout, .upsampling:
      return input.height > 0 && input.width > 0
    }
  }
}

extension Stack {
  /// Rows and columns of the output for an input of this size; nil where a window finds no place.
  public func outputSize(of input: Pair) -> Pair? {
    var size = input
    for stage in stages {
      guard stage.layer.kind.hasRoom(in: size) else { return nil }
      size = stage.layer.kind.outputSize(of: size)
    }
    return size
  }
}

extension Window {
  fileprivate func hasRoom(in input: Pair) -> Bool {
    input.height + 2 * padding.height >= span.height
      && input.width + 2 * padding.width >= span.width
  }
}

extension PoolingParameters {
  fileprivate func outputSize(of input: Pair) -> Pair {
    Pair(rowsAndColumnsOf: outputShape(input: [1, 1, input.height, input.width]))
  }
}

extension Pair {
  fileprivate init(rowsAndColumnsOf shape: Shape) { self.init(shape[2], shape[3]) }
}
