/// The directions in which rows of numbers vary most.
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
  public init(_ rows: [[Float]], count: Int) {
    precondition(!rows.isEmpty && count > 0, "PrincipalComponents: no rows, or none wanted")
    let (n, d) = (rows.count, rows[0].count)
    var mean = [Double](repeating: 0, count: d)
    for row in rows { for (j, x) in row.enumerated() { mean[j] += Double(x) / Double(n) } }
    let centered = rows.map { row in row.enumerated().map { Double($1) - mean[$0] } }
    self.mean = mean
    total = centered.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(n)
    // The smaller of X'X and XX' has all the eigenvalues that are not zero.
    let isWide = d > n
    let side = min(n, d)
    var matrix = [Double](repeating: 0, count: side * side)
    if isWide {
      for i in 0..<n {
        for j in i..<n { matrix[i * n + j] = Self.product(centered[i], centered[j]) / Double(n) }
      }
    } else {
      for row in centered {
        for i in 0..<d where row[i] != 0 {
          let factor = row[i] / Double(n)
          for j in i..<d { matrix[i * d + j] += factor * row[j] }
        }
      }
    }
    for i in 0..<side { for j in 0..<i { matrix[i * side + j] = matrix[j * side + i] } }
    let (values, vectors) = Self.eigen(matrix, side)
    let kept = values.prefix(min(count, side)).prefix { $0 > 1e-12 * max(values[0], 1e-300) }
    variances = Array(kept)
    directions = zip(kept, vectors).map { _, vector in
      var direction = vector
      if isWide {
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

  /// The eigenvalues of a symmetric matrix, largest first, and their vectors.
  ///
  /// - Source: Jacobi's method of 1846, cyclic by rows (Golub & Van Loan, section 8.5).
  static func eigen(_ matrix: [Double], _ n: Int) -> (values: [Double], vectors: [[Double]]) {
    var (a, v) = (matrix, [Double](repeating: 0, count: n * n))
    for i in 0..<n { v[i * n + i] = 1 }
    let scale = matrix.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<30 {
      var off = 0.0
      for p in 0..<n { for q in 0..<n where q > p { off += 2 * a[p * n + q] * a[p * n + q] } }
      if off <= 1e-24 * scale { break }
      for p in 0..<n {
        for q in (p + 1)..<max(p + 1, n) where abs(a[p * n + q]) > 1e-300 {
          let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (x, y) = (a[k * n + p], a[k * n + q])
            (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y)
          }
          for k in 0..<n {
            let (x, y) = (a[p * n + k], a[q * n + k])
            (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y)
            let (u, w) = (v[p * n + k], v[q * n + k])
            (v[p * n + k], v[q * n + k]) = (c * u - s * w, s * u + c * w)
          }
        }
      }
    }
    let order = (0..<n).sorted { a[$0 * n + $0] > a[$1 * n + $1] }
    return (order.map { a[$0 * n + $0] }, order.map { Array(v[$0 * n..<($0 + 1) * n]) })
  }
}
