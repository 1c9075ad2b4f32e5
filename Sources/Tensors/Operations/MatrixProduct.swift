internal import Backends

extension Tensor {
  /// The product of two matrices, each optionally transposed. Shapes: [m, k] x [k, n] to [m, n].
  public func matrixProduct(
    _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> Tensor {
    requireSameDevice(other, "matrixProduct")
    require(
      shape.rank == 2 && other.shape.rank == 2
        && shape[transposeSelf ? 0 : 1] == other.shape[transposeOther ? 1 : 0],
      """
      matrixProduct: inner sizes differ, \(shape)\(transposeSelf ? "ᵀ" : "") x \
      \(other.shape)\(transposeOther ? "ᵀ" : "")
      """)
    let (backend, a, b) = (device.backend, storage, other.storage)
    let y = backend.matrixProduct(a, b, transposeA: transposeSelf, transposeB: transposeOther)
    return Tensor(y, from: [self, other]) { g, wanted in
      let da =
        transposeSelf
        ? { backend.matrixProduct(b, g, transposeA: transposeOther, transposeB: true) }
        : { backend.matrixProduct(g, b, transposeA: false, transposeB: !transposeOther) }
      let db =
        transposeOther
        ? { backend.matrixProduct(g, a, transposeA: true, transposeB: transposeSelf) }
        : { backend.matrixProduct(a, g, transposeA: !transposeSelf, transposeB: false) }
      return [wanted[0] ? da() : nil, wanted[1] ? db() : nil]
    }
  }
}
