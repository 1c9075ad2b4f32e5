import Backends
import Randomness
import Testing

@Suite struct LinearAlgebraTests {
  /// Rows of correlated numbers.
  private func rows(_ count: Int, _ columns: Int) -> [Float] {
    var stream = RandomKey(seed: 3).stream()
    return (0..<count).flatMap { _ -> [Float] in
      let common = stream.normal()
      return (0..<columns).map { Float(stream.normal() + Double($0) * common + 2) }
    }
  }

  @Test func aMatrixOfKnownEigenvectors() throws {
    // Rotations of diag(5, 2) by 45 degrees, and a third axis.
    let eigen = try SymmetricEigen([3.5, 1.5, 0, 1.5, 3.5, 0, 0, 0, -1], order: 3)
    let half = 0.5.squareRoot()
    let expected: [(Double, [Double])] = [
      (5, [half, half, 0]), (2, [half, -half, 0]), (-1, [0, 0, 1]),
    ]
    for (place, (value, vector)) in expected.enumerated() {
      #expect(abs(eigen.values[place] - value) < 1e-14)
      // Of two components of one size either may be the positive one.
      let dot = zip(eigen.vectors[place], vector).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(abs(dot) - 1) < 1e-14)
      #expect(eigen.vectors[place].contains { $0 > 0.7 })
    }
  }

  @Test func theLargestOfMany() throws {
    let (order, wanted) = (40, 7)
    var scatter = ScatterMatrix(columns: order)
    scatter.add(rows(200, order))
    let matrix = scatter.covariance
    let some = try SymmetricEigen(matrix, order: order, largest: wanted)
    let all = try SymmetricEigen(matrix, order: order)
    #expect(some.values.count == wanted && all.values == all.values.sorted(by: >))
    let trace = (0..<order).reduce(0) { $0 + matrix[$1 * order + $1] }
    #expect(abs(all.values.reduce(0, +) / trace - 1) < 1e-12)
    for place in 0..<wanted {
      #expect(abs(some.values[place] - all.values[place]) < 1e-10 * all.values[0])
      let v = some.vectors[place]
      for row in 0..<order {
        let product = (0..<order).reduce(0) { $0 + matrix[row * order + $1] * v[$1] }
        #expect(abs(product - some.values[place] * v[row]) < 1e-10 * all.values[0])
      }
    }
  }

  @Test func covariancesDoNotDependOnHowRowsArrive() {
    let (count, columns) = (50, 3)
    let all = rows(count, columns)
    var (once, pieces) = (ScatterMatrix(columns: columns), ScatterMatrix(columns: columns))
    once.add(all)
    for start in stride(from: 0, to: all.count, by: 15) {
      pieces.add(Array(all[start..<min(start + 15, all.count)]))
    }
    let column = { (c: Int) in (0..<count).map { Double(all[$0 * columns + c]) } }
    for i in 0..<columns {
      let mean = column(i).reduce(0, +) / Double(count)
      #expect(abs(once.mean[i] - mean) < 1e-12)
      for j in 0..<columns {
        let other = column(j).reduce(0, +) / Double(count)
        let expected =
          zip(column(i), column(j)).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - other) }
          / Double(count)
        #expect(abs(once.covariance[i * columns + j] - expected) < 1e-11)
        #expect(abs(pieces.covariance[i * columns + j] - expected) < 1e-11)
      }
    }
  }
}
