public import Backends

extension Tensor {
  /// Pools each window to its mean.
  ///
  /// - Shapes: input [n, c, h, w]; output by `PoolingParameters.outputShape`.
  public func averagePool(_ parameters: PoolingParameters) -> Tensor {
    _ = parameters.outputShape(input: shape)
    let (backend, inputShape) = (device.backend, shape)
    return Tensor(backend.averagePool(storage, parameters), from: [self]) { g, _ in
      [backend.averagePoolGradient(g, inputShape: inputShape, parameters)]
    }
  }

  /// The mean of each channel over all positions. Shapes: [n, c, h, w] to [n, c, 1, 1].
  public func globalAveragePool() -> Tensor {
    require(shape.rank == 4, "globalAveragePool: input \(shape) is not [n, c, h, w]")
    return averagePool(.init(window: Pair(shape[2], shape[3])))
  }
}
