extension ReferenceBackend {
  /// y[i, j] = sum over k of op(a)[i, k] op(b)[k, j].
  public func matrixProduct(_ a: Storage, _ b: Storage, transposeA: Bool, transposeB: Bool)
    -> Storage
  {
    let sizes = ProductSizes(a.shape, b.shape, transposeA: transposeA, transposeB: transposeB)
    let (rows, inner, columns) = (sizes.rows, sizes.inner, sizes.columns)
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
