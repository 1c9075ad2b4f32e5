public import Layers
public import Tensors

extension Stack {
  /// Gives every batch normalization the mean and variance of its inputs over all `batches`, one
  /// layer after another: what the running statistics of a network that does not learn would tend
  /// to.
  ///
  /// - Shapes: batches [n, c, h, w].
  public mutating func adoptStatistics(of batches: [Tensor]) {
    guard let last = stages.lastIndex(where: { Stack([$0]).hasNormalization }) else { return }
    var inputs = batches.map(\.detached)
    adopt(&inputs, through: last)
  }

  /// The inputs become the outputs of the stage `last`.
  private mutating func adopt(_ inputs: inout [Tensor], through last: Int) {
    for name in layerNames[...last] {
      switch self[name].kind {
      case .residual(var block):
        var shortcut = inputs
        block.main.adopt(&inputs, through: block.main.stages.count - 1)
        if var projection = block.projection {
          projection.adopt(&shortcut, through: projection.stages.count - 1)
          block.projection = projection
        }
        self[name] = block
        inputs = zip(inputs, shortcut).map { ResidualBlock.joined($0, $1) }
        continue
      case .batchNormalization(var norm):
        norm.adopt(inputs)
        self[name] = norm
      case .convolution, .transposedConvolution, .dense, .responseNormalization, .relu,
        .maxPooling, .averagePooling, .globalAveragePooling, .dropout, .upsampling:
        break
      }
      for index in inputs.indices { inputs[index] = self[name].callAsFunction(inputs[index]) }
    }
  }

  private var hasNormalization: Bool {
    leaves.contains { $0.layer.kind.batchNormalization != nil }
  }

  /// Whether there are residual blocks among the layers.
  var hasBlocks: Bool { stages.contains { $0.layer.kind.residual != nil } }
}

extension BatchNormalization {
  /// Takes the statistics of these inputs for the running ones.
  mutating func adopt(_ inputs: [Tensor]) {
    var moments = ChannelMoments()
    for x in inputs { moments.add(x) }
    mean = Tensor(moments.mean, shape: mean.shape, on: mean.device)
    variance = Tensor(moments.variance, shape: variance.shape, on: variance.device)
  }
}
