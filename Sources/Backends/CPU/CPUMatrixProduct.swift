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
    let whole = ProductTile(
      a: Matrix(left, transposed: transposeA), b: Matrix(right, transposed: transposeB),
      c: Matrix(y, transposed: false))
    withExtendedLifetime((left, right, y)) {
      guard isThreadInvariant else { return multiply(whole, threads: threads) }
      let tiles = whole.tiles
      concurrently(tiles.count) { multiply(tiles[$0], threads: 1) }
    }
    return y
  }

  private func multiply(_ tile: ProductTile, threads: Int) {
    let (a, b, c) = (tile.a, tile.b, tile.c)
    if a.dtype == .f32 && products == .openBLAS {
      cblas_sgemm(
        CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
        b.transposed ? CblasTrans : CblasNoTrans, Int32(c.rows), Int32(c.columns),
        Int32(a.columns), 1, a.address.assumingMemoryBound(to: Float.self), Int32(a.step),
        b.address.assumingMemoryBound(to: Float.self), Int32(b.step), 0,
        c.address.assumingMemoryBound(to: Float.self), Int32(c.step))
    } else {
      product(a.layout, b.layout, c.layout, threads: threads).run(
        workingMemory,
        [
          cdnnl_argument(role: CDNNL_SRC, address: a.address),
          cdnnl_argument(role: CDNNL_WEIGHTS, address: b.address),
          cdnnl_argument(role: CDNNL_DST, address: c.address),
        ])
    }
  }

  /// The product a b, in place of c or added to it.
  func product(
    _ a: DNNLLayout, _ b: DNNLLayout, _ c: DNNLLayout, adds: Bool = false, threads: Int = 1
  ) -> DNNLOperation {
    plan(.product(a, b, c, adds: adds, threads: threads)) {
      DNNLOperation("product of matrices", threads: threads) {
        cdnnl_product(&$0, a.handle, b.handle, c.handle, adds ? 1 : 0)
      }
    }
  }
}

/// A product, or the part of one that gives some rows or columns of the result.
private struct ProductTile {
  var a, b, c: Matrix

  /// Tiles of equal size, or nearly so, along the longer side of the result: the same ones whatever
  /// the number of threads. One where there is little to do.
  var tiles: [ProductTile] {
    let side = max(c.rows, c.columns)
    let count = c.rows * c.columns * a.columns < 1 << 20 ? 1 : min(16, max(1, side / 32))
    return (0..<count).map { tile in
      let range = side * tile / count..<side * (tile + 1) / count
      return c.rows >= c.columns
        ? ProductTile(a: a[rows: range], b: b, c: c[rows: range])
        : ProductTile(a: a, b: b[columns: range], c: c[columns: range])
    }
  }
}

/// A stretch of a row-major matrix in memory, or of the transpose of one.
private struct Matrix: @unchecked Sendable {
  var rows, columns: Int
  /// Elements from one row in memory to the next.
  let step: Int
  let transposed: Bool
  let dtype: DType
  var address: UnsafeMutableRawPointer

  init(_ x: Storage, transposed: Bool) {
    (rows, columns) = transposed ? (x.shape[1], x.shape[0]) : (x.shape[0], x.shape[1])
    (step, self.transposed, dtype) = (x.shape[1], transposed, x.dtype)
    address = x.buffer.address
  }

  subscript(rows range: Range<Int>) -> Matrix {
    var part = self
    part.rows = range.count
    part.address += range.lowerBound * (transposed ? 1 : step) * dtype.byteCount
    return part
  }

  subscript(columns range: Range<Int>) -> Matrix {
    var part = self
    part.columns = range.count
    part.address += range.lowerBound * (transposed ? step : 1) * dtype.byteCount
    return part
  }

  var layout: DNNLLayout {
    DNNLLayout([rows, columns], dtype, strides: transposed ? [1, step] : [step, 1])
  }
}
