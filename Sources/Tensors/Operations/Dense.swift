internal import Backends

extension Tensor {
  /// The affine map x wᵀ + b of each row.
  ///
  /// - Shapes: input [n, in], or [n, c, h, w] with c h w = in, flattened in that order; weight
  ///   [out, in]; bias [out]; output [n, out].
  public func dense(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    require(
      weight.shape.rank == 2 && shape.rank >= 1 && shape.count == shape[0] * weight.shape[1],
      "dense: input \(shape) does not fit weight \(weight.shape)")
    let y = reshaped([shape[0], weight.shape[1]]).matrixProduct(weight, transposeOther: true)
    return bias.map { y.addingChannels($0) } ?? y
  }
}
