internal import Randomness
internal import Tensors

/// The dual of a support vector machine with two classes, solved one coordinate at a time.
///
/// - Source: Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML
///   2008, which LIBLINEAR implements: maximize over 0 <= a_i <= upper_i the dual of
///   |w|² / 2 + sum of cost_i loss(y_i w x_i). Rows are visited in a new order each time.
///   Instead of shrinking, rows whose gradient is small beside the largest of the round before stay
///   as they are: to look at a row is cheap, to move it is not.
struct DualCoordinateDescent {
  /// 1 or -1 for each row that takes part.
  let signs: [Double]
  /// The largest value of each coordinate: the cost of the row (hinge) or infinity (squared hinge).
  let upper: [Double]
  /// Added to the diagonal: 1 / (2 cost) for the squared hinge.
  let diagonal: [Double]
  /// The square of the length of each row, a constant column for the intercept included.
  let squares: [Double]
  /// Rounds end when no projected gradient is larger than this.
  let tolerance: Double
  let epochs: Int
  /// The share of the largest gradient of the round before below which a row stays as it is.
  private static let smallShare = 0.1

  /// The coordinates, and whether the tolerance was met. `coordinates` is where to start: a
  /// solution for another cost saves rounds.
  func solve(
    _ rows: inout some SupportRows, from coordinates: [Double], key: RandomKey
  ) -> (coordinates: [Double], isSolved: Bool) {
    var a = zip(coordinates, upper).map { min($0, $1) }
    rows.begin(zip(a, signs).map(*))
    var stream = key.stream()
    var least = 1e-12
    for _ in 0..<epochs {
      var worst = 0.0
      for row in stream.permutation(a.count) {
        let gradient = signs[row] * rows.margin(row) - 1 + diagonal[row] * a[row]
        let projected =
          a[row] <= 0 ? min(gradient, 0) : a[row] >= upper[row] ? max(gradient, 0) : gradient
        worst = max(worst, abs(projected))
        guard abs(projected) > least else { continue }
        let curvature = squares[row] + diagonal[row]
        let new =
          curvature > 0
          ? min(max(a[row] - gradient / curvature, 0), upper[row]) : (gradient < 0 ? upper[row] : 0)
        guard new != a[row], new.isFinite else { continue }
        rows.add((new - a[row]) * signs[row], row)
        a[row] = new
      }
      if worst < tolerance { return (a, true) }
      least = max(1e-12, Self.smallShare * worst)
    }
    return (a, false)
  }
}

/// How products of rows with the weights so far are kept.
protocol SupportRows {
  /// Takes the weights that these multiples of the rows add up to.
  mutating func begin(_ factors: [Double])
  /// The product of a row with the weights.
  func margin(_ row: Int) -> Double
  /// Adds a multiple of a row to the weights.
  mutating func add(_ factor: Double, _ row: Int)
}

/// For fewer rows than columns: the margins of all rows, moved by rows of the matrix of their
/// products. Rows that take no part are scored on the way.
struct GramRows: SupportRows {
  /// Products of all rows.
  let gram: [Float]
  let chosen: [Int]
  private let constant: Double
  /// Products of all rows with the weights, the constant column left out, and that column's part.
  private(set) var margins: [Double]
  private(set) var offset = 0.0
  private let isReady: Bool

  /// The rows `chosen` out of those whose products are `gram`; `margins` are those of the factors
  /// that solving begins with, where they are known.
  init(_ gram: [Float], all: Int, chosen: [Int], intercept: Double, margins: [Double]?) {
    (self.gram, self.chosen, constant) = (gram, chosen, intercept * intercept)
    self.margins = margins ?? [Double](repeating: 0, count: all)
    isReady = margins != nil
  }

  mutating func begin(_ factors: [Double]) {
    guard isReady else {
      for (row, factor) in factors.enumerated() where factor != 0 { add(factor, row) }
      return
    }
    offset = constant * factors.reduce(0, +)
  }

  func margin(_ row: Int) -> Double { margins[chosen[row]] + offset }

  mutating func add(_ factor: Double, _ row: Int) {
    let (start, count) = (chosen[row] * margins.count, margins.count)
    offset += constant * factor
    gram.withUnsafeBufferPointer { gram in
      margins.withUnsafeMutableBufferPointer { margins in
        for place in 0..<count { margins[place] += factor * Double(gram[start + place]) }
      }
    }
  }
}

/// For more rows than columns: the weights themselves.
struct WeightRows: SupportRows {
  let features: Features
  let chosen: [Int]
  let intercept: Double
  private var weights: [Double]
  private var constant = 0.0

  init(_ features: Features, chosen: [Int], intercept: Double) {
    (self.features, self.chosen, self.intercept) = (features, chosen, intercept)
    weights = [Double](repeating: 0, count: features.columns)
  }

  mutating func begin(_ factors: [Double]) {
    for (row, factor) in factors.enumerated() where factor != 0 { add(factor, row) }
  }

  func margin(_ row: Int) -> Double {
    let start = chosen[row] * features.columns
    return features.values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer { weights in
        // Eight sums, so that they need not wait for one another.
        var sums = SIMD8<Double>.zero
        var place = 0
        while place + 8 <= weights.count {
          var (x, w) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
          for lane in 0..<8 {
            x[lane] = Double(values[start + place + lane])
            w[lane] = weights[place + lane]
          }
          sums += x * w
          place += 8
        }
        var sum = sums.sum()
        while place < weights.count {
          sum += Double(values[start + place]) * weights[place]
          place += 1
        }
        return sum + constant * intercept
      }
    }
  }

  mutating func add(_ factor: Double, _ row: Int) {
    let start = chosen[row] * features.columns
    features.values.withUnsafeBufferPointer { values in
      weights.withUnsafeMutableBufferPointer { weights in
        for place in weights.indices { weights[place] += factor * Double(values[start + place]) }
      }
    }
    constant += factor * intercept
  }
}
