public import Backends

extension Tensor {
  /// Divides each element by the energy of neighboring channels at its position.
  ///
  /// - Shapes: input [n, c, h, w]; output as input.
  /// - Source: Krizhevsky et al. 2012, section 3.3, with alpha divided by the size as in Caffe.
  public func responseNormalized(_ parameters: LRNParameters = .init()) -> Tensor {
    require(
      shape.rank == 4 && parameters.size % 2 == 1,
      "responseNormalized: input \(shape) is not [n, c, h, w] or size \(parameters.size) is even")
    let (backend, x) = (device.backend, storage)
    let (y, workspace) = backend.responseNormalization(x, parameters)
    return Tensor(y, from: [self]) { g, _ in
      [backend.responseNormalizationGradient(g, x: x, y: y, workspace: workspace, parameters)]
    }
  }
}
