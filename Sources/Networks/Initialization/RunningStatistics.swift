public import Layers
public import Tensors

extension Stack {
  /// Gives every batch normalization the mean and variance of its inputs over all `batches`, one
  /// layer after another: what the running statistics of a network that does not learn would tend
  /// to.
  ///
  /// - Shapes: batches [n, c, h, w].
  public mutating func adoptStatistics(of batches: [Tensor]) {
    guard let last = stages.lastIndex(where: { $0.layer is BatchNormalization }) else { return }
    var inputs = batches.map(\.detached)
    for name in names[...last] {
      if var norm = self[name] as? BatchNormalization {
        norm.adopt(inputs)
        self[name] = norm
      }
      for index in inputs.indices { inputs[index] = self[name].callAsFunction(inputs[index]) }
    }
  }
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
