internal import CDNNL
internal import COpenBLAS

/// Who multiplies matrices.
public enum ProductLibrary: String, Sendable, CaseIterable {
  /// Twice as fast as OpenBLAS 0.3.21 where that does not know the processor, and never slower on
  /// x86; the default there.
  case oneDNN
  /// The default on other processors. bfloat16 goes to oneDNN all the same.
  case openBLAS

  static var fastest: ProductLibrary {
    #if arch(x86_64)
      .oneDNN
    #else
      .openBLAS
    #endif
  }
}

extension CPUBackend {
  /// op(a) op(b), where op transposes or not; `products` says by which library.
  public func matrixProduct(_ a: Storage, _ b: Storage, transposeA: Bool, transposeB: Bool)
    -> Storage
  {
    let sizes = ProductSizes(a.shape, b.shape, transposeA: transposeA, transposeB: transposeB)
    let (rows, inner, columns) = (sizes.rows, sizes.inner, sizes.columns)
    if rows * columns * inner == 0 {
      return filled(with: 0, shape: [rows, columns], dtype: a.dtype)
    }
    if widens(a) {
      return narrowed(
        matrixProduct(wide(a), wide(b), transposeA: transposeA, transposeB: transposeB))
    }
    let (left, right) = (rowMajor(a), rowMajor(converted(b, to: a.dtype)))
    let y = storage([rows, columns], a.dtype)
    if a.dtype == .f32 && products == .openBLAS {
      withExtendedLifetime((left, right, y)) {
        cblas_sgemm(
          CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
          transposeB ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), Int32(inner), 1,
          left.address(as: Float.self), Int32(a.shape[1]), right.address(as: Float.self),
          Int32(b.shape[1]), 0, y.address(as: Float.self), Int32(columns))
      }
      return y
    }
    let layouts = (
      matrix(rows, inner, a.dtype, transposed: transposeA),
      matrix(inner, columns, a.dtype, transposed: transposeB),
      matrix(rows, columns, a.dtype, transposed: false)
    )
    product(layouts.0, layouts.1, layouts.2).run(
      workingMemory,
      [(CDNNL_SRC, left.buffer), (CDNNL_WEIGHTS, right.buffer), (CDNNL_DST, y.buffer)])
    return y
  }

  /// The product a b, or one for each index of the first of three axes, in place of c or added to
  /// it.
  func product(
    _ a: DNNLLayout, _ b: DNNLLayout, _ c: DNNLLayout, adds: Bool = false
  ) -> DNNLOperation {
    plan(.product(a, b, c, adds: adds)) {
      DNNLOperation("product of matrices") {
        cdnnl_product(&$0, a.handle, b.handle, c.handle, adds ? 1 : 0)
      }
    }
  }

  /// A matrix as it lies, or one that lies transposed.
  private func matrix(_ rows: Int, _ columns: Int, _ dtype: DType, transposed: Bool) -> DNNLLayout {
    transposed
      ? DNNLLayout([rows, columns], dtype, strides: [1, rows])
      : layouts.layout([rows, columns], dtype)
  }
}
