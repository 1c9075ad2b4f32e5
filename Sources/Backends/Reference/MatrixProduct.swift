extension ReferenceBackend {
  /// y[i, j] = sum over k of op(a)[i, k] op(b)[k, j].
  public func matrixProduct(_ a: Storage, _ b: Storage, transposeA: Bool, transposeB: Bool)
    -> Storage
  {
    require(
      a.shape.rank == 2 && b.shape.rank == 2
        && a.shape[transposeA ? 0 : 1] == b.shape[transposeB ? 1 : 0],
      "matrixProduct: inner sizes differ, \(a.shape)\(transposeA ? " transposed" : "") x "
        + "\(b.shape)\(transposeB ? " transposed" : "")")
    let (rows, inner) = (a.shape[transposeA ? 1 : 0], a.shape[transposeA ? 0 : 1])
    let columns = b.shape[transposeB ? 0 : 1]
    let (stepI, stepK) = transposeA ? (1, rows) : (inner, 1)
    let (rowB, columnB) = transposeB ? (1, inner) : (columns, 1)
    let (left, right) = (read(a), read(b))
    var y = [Double](repeating: 0, count: rows * columns)
    y.withUnsafeMutableBufferPointer { y in
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          for i in 0..<rows {
            for k in 0..<inner {
              let factor = left[i * stepI + k * stepK]
              for j in 0..<columns {
                y[i * columns + j] += factor * right[k * rowB + j * columnB]
              }
            }
          }
        }
      }
    }
    return write(y, [rows, columns], a.dtype)
  }
}
