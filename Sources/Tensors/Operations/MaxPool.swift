public import Backends

extension Tensor {
  /// Pools each window to its largest value; the first of equals takes the gradient.
  ///
  /// - Shapes: input [n, c, h, w]; output by `PoolingParameters.outputShape`.
  /// - Source: Krizhevsky et al. 2012, section 3.4.
  public func maxPool(_ parameters: PoolingParameters) -> Tensor {
    _ = parameters.outputShape(input: shape)
    let (backend, inputShape) = (device.backend, shape)
    let (y, workspace) = backend.maxPool(storage, parameters)
    return Tensor(y, from: [self]) { g, _ in
      [backend.maxPoolGradient(g, workspace: workspace, inputShape: inputShape, parameters)]
    }
  }
}
