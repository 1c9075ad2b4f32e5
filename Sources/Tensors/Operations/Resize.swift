public import Backends

extension Tensor {
  /// Changes the size of each image by bilinear interpolation.
  ///
  /// - Shapes: input [n, c, h, w]; output [n, c, size].
  /// - Source: both corner conventions of PyTorch's `interpolate`.
  public func resized(_ parameters: ResizeParameters) -> Tensor {
    require(
      shape.rank == 4 && shape.count > 0 && parameters.size.height > 0
        && parameters.size.width > 0,
      "resized: input \(shape) cannot become \(parameters.size)")
    let (backend, inputShape) = (device.backend, shape)
    return Tensor(backend.resized(storage, parameters), from: [self]) { g, _ in
      [backend.resizedGradient(g, inputShape: inputShape, parameters)]
    }
  }
}
