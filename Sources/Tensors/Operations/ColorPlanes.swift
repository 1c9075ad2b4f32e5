public import Backends

extension Tensor {
  /// What words of 8-bit sRGB become as numbers: at every `step`-th pixel, across and down from the
  /// first, the planes that the parameters describe. It has no gradient.
  ///
  /// - Shapes: words (i32) [n, h, w], red in the lowest byte, then green, then blue; result
  ///   [n, planes, h / step, w / step], rounded up.
  public func colorPlanes(_ parameters: ColorPlaneParameters, as dtype: DType = .f32) -> Tensor {
    require(
      self.dtype == .i32 && shape.rank == 3,
      "colorPlanes: \(shape) (\(self.dtype)) are no pixels [n, h, w]")
    return Tensor(
      device.backend.colorPlanes(storage, parameters, dtype: dtype), on: device)
  }
}
