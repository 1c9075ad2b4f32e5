public import Backends

/// The directions in which rows of numbers vary most; LAPACK finds them (`SymmetricEigen`).
public struct PrincipalComponents: Sendable {
  /// The mean of the rows.
  public let mean: [Double]
  /// Unit directions, the one of largest variance first; the largest component of each is positive.
  public let directions: [[Double]]
  /// The variance along each.
  public let variances: [Double]
  /// The variance of the rows in all.
  public let total: Double

  /// The first `count` components of rows of equal length; fewer where there are fewer rows or
  /// columns. Traps without rows.
  public init(_ rows: [[Float]], count: Int) throws(LinearAlgebraError) {
    precondition(!rows.isEmpty && count > 0, "PrincipalComponents: no rows, or none wanted")
    let (n, d) = (rows.count, rows[0].count)
    var scatter = ScatterMatrix(columns: d)
    var centered: [[Double]] = []
    // The smaller of X'X and XX' has all the eigenvalues that are not zero.
    if d <= n {
      for row in rows { scatter.add(row) }
      mean = scatter.mean
    } else {
      var sums = [Double](repeating: 0, count: d)
      for row in rows { for (j, x) in row.enumerated() { sums[j] += Double(x) } }
      let mean = sums.map { $0 / Double(n) }
      centered = rows.map { row in row.enumerated().map { Double($1) - mean[$0] } }
      self.mean = mean
    }
    let side = min(n, d)
    var matrix = d <= n ? scatter.covariance : [Double](repeating: 0, count: n * n)
    for i in centered.indices {
      for j in i..<n {
        let value = Self.product(centered[i], centered[j]) / Double(n)
        (matrix[i * n + j], matrix[j * n + i]) = (value, value)
      }
    }
    total = (0..<side).reduce(0) { $0 + matrix[$1 * side + $1] }
    let found = try SymmetricEigen(matrix, order: side, largest: min(count, side))
    variances = Array(found.values.prefix { $0 > 1e-12 * max(found.values[0], 1e-300) })
    directions = zip(variances, found.vectors).map { _, vector in
      var direction = vector
      if !centered.isEmpty {
        direction = [Double](repeating: 0, count: d)
        for (weight, row) in zip(vector, centered) {
          for j in 0..<d { direction[j] += weight * row[j] }
        }
      }
      let length = Self.product(direction, direction).squareRoot()
      let largest = direction.max { abs($0) < abs($1) }!
      return direction.map { $0 / (largest < 0 ? -length : length) }
    }
  }

  /// The coordinates of a row along the directions.
  public func coordinates(of row: [Float]) -> [Double] {
    let centered = row.enumerated().map { Double($1) - mean[$0] }
    return directions.map { Self.product($0, centered) }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
