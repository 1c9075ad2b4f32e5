internal import COpenBLAS

/// Sums of rows and of their outer products, in double precision: means and covariances of rows
/// that need not be in memory together.
public struct ScatterMatrix: Sendable {
  /// Numbers in a row.
  public let columns: Int
  /// Rows so far.
  public private(set) var count = 0
  private var sums: [Double]
  /// Only the upper triangle is kept up to date.
  private var products: [Double]

  /// No rows yet.
  public init(columns: Int) {
    require(columns > 0, "ScatterMatrix: \(columns) columns")
    self.columns = columns
    sums = [Double](repeating: 0, count: columns)
    products = [Double](repeating: 0, count: columns * columns)
  }

  /// Adds rows that lie one after another; traps where they are no whole number of rows.
  public mutating func add(_ rows: [Float]) {
    require(
      rows.count.isMultiple(of: columns),
      "ScatterMatrix: \(rows.count) numbers are no rows of \(columns)")
    // In pieces, so that the copy in double precision stays small.
    let step = max(1, (1 << 20) / columns) * columns
    for start in stride(from: 0, to: rows.count, by: step) {
      let piece = rows[start..<min(start + step, rows.count)].map { Double($0) }
      let n = Int32(columns)
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, n, Int32(piece.count / columns), 1, piece, n, 1,
        &products, n)
      for (place, value) in piece.enumerated() { sums[place % columns] += value }
    }
    count += rows.count / columns
  }

  /// The mean of each column.
  public var mean: [Double] { sums.map { $0 / Double(count) } }

  /// The biased covariance, row-major, both triangles; traps without rows.
  public var covariance: [Double] {
    require(count > 0, "ScatterMatrix: no rows have no covariance")
    let mean = mean
    var result = products
    for row in 0..<columns {
      for column in row..<columns {
        let value = products[row * columns + column] / Double(count) - mean[row] * mean[column]
        result[row * columns + column] = value
        result[column * columns + row] = value
      }
    }
    return result
  }
}
