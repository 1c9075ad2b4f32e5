public import Layers
public import Tensors

/// Maps of a picture at some place of a network.
public struct MapSize: Hashable, Sendable {
  /// Channels.
  public var channels: Int
  /// Rows and columns.
  public var size: Pair

  /// Maps of this size.
  public init(channels: Int, size: Pair) { (self.channels, self.size) = (channels, size) }

  /// How many numbers they are.
  public var count: Double { Double(channels) * Double(size.height) * Double(size.width) }
}

extension LayerKind {
  /// The maps that it gives for maps of this size; traps where those are too small.
  public func maps(of input: MapSize) -> MapSize {
    let channels =
      switch self {
      case .convolution(let layer): layer.weight.shape[0]
      case .transposedConvolution(let layer): layer.weight.shape[1] * layer.groups
      case .dense(let layer): layer.weight.shape[0]
      case .residual(let block):
        block.main.stages.reduce(input) { $1.layer.kind.maps(of: $0) }.channels
      case .batchNormalization, .responseNormalization, .relu, .maxPooling, .averagePooling,
        .globalAveragePooling, .dropout, .upsampling:
        input.channels
      }
    return MapSize(channels: channels, size: outputSize(of: input.size))
  }

  /// Numbers of its outputs for one picture, all of which the way back needs; in a block those of
  /// its branches, too.
  fileprivate func activations(of input: MapSize) -> Double {
    var inner = 0.0
    if case .residual(let block) = self {
      for branch in block.branches { inner += branch.stack.walk(input)?.sum ?? 0 }
    }
    return inner + maps(of: input).count
  }
}

extension Stack {
  /// Numbers that a training pass over one picture keeps for the way back: the input and the output
  /// of every layer; nil where a window finds no place.
  public func activations(of input: MapSize) -> Double? {
    walk(input).map { input.count + $0.sum }
  }

  /// The most numbers that evaluation of one picture holds at once: the input and the output of a
  /// layer; nil where a window finds no place.
  public func widestPass(of input: MapSize) -> Double? { walk(input)?.widest }

  /// The maps that it gives; nil where a window finds no place.
  public func maps(of input: MapSize) -> MapSize? { walk(input)?.output }

  fileprivate func walk(
    _ input: MapSize
  ) -> (output: MapSize, sum: Double, widest: Double)? {
    var (maps, sum, widest) = (input, 0.0, input.count)
    for stage in stages {
      guard stage.layer.kind.hasRoom(in: maps.size) else { return nil }
      let next = stage.layer.kind.maps(of: maps)
      sum += stage.layer.kind.activations(of: maps)
      widest = max(widest, maps.count + next.count)
      maps = next
    }
    return (maps, sum, widest)
  }
}
