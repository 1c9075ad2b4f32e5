internal import Randomness
internal import Tensors

/// The dual of a support vector machine with two classes, solved one coordinate at a time.
///
/// - Source: Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML
///   2008, which LIBLINEAR implements: maximize over 0 <= a_i <= upper_i the dual of
///   |w|² / 2 + sum of cost_i loss(y_i w x_i). Rows are visited in a new order each time; there is
///   no shrinking.
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

  /// The coordinates, and whether the tolerance was met. `coordinates` is where to start: a
  /// solution for another cost saves rounds.
  func solve(
    _ rows: inout some SupportRows, from coordinates: [Double], key: RandomKey
  ) -> (coordinates: [Double], isSolved: Bool) {
    var a = zip(coordinates, upper).map { min($0, $1) }
    for row in a.indices where a[row] != 0 { rows.add(a[row] * signs[row], row) }
    var stream = key.stream()
    for _ in 0..<epochs {
      var worst = 0.0
      for row in stream.permutation(a.count) {
        let gradient = signs[row] * rows.margin(row) - 1 + diagonal[row] * a[row]
        let projected =
          a[row] <= 0 ? min(gradient, 0) : a[row] >= upper[row] ? max(gradient, 0) : gradient
        worst = max(worst, abs(projected))
        guard abs(projected) > 1e-12 else { continue }
        let curvature = squares[row] + diagonal[row]
        let new =
          curvature > 0
          ? min(max(a[row] - gradient / curvature, 0), upper[row]) : (gradient < 0 ? upper[row] : 0)
        guard new != a[row], new.isFinite else { continue }
        rows.add((new - a[row]) * signs[row], row)
        a[row] = new
      }
      if worst < tolerance { return (a, true) }
    }
    return (a, false)
  }
}

/// How products of rows with the weights so far are kept.
protocol SupportRows {
  /// The product of a row with the weights.
  func margin(_ row: Int) -> Double
  /// Adds a multiple of a row to the weights.
  mutating func add(_ factor: Double, _ row: Int)
}

/// For fewer rows than columns: the margins of the rows, moved by rows of the matrix of their
/// products.
struct GramRows: SupportRows {
  /// Products of the rows that take part, the constant column included.
  let gram: [Float]
  let count: Int
  private var margins: [Double]

  /// The rows `chosen` out of `all` whose products are `gram`.
  init(_ gram: [Float], all: Int, chosen: [Int], intercept: Double) {
    let constant = Float(intercept * intercept)
    self.gram = chosen.flatMap { row in chosen.map { gram[row * all + $0] + constant } }
    count = chosen.count
    margins = [Double](repeating: 0, count: chosen.count)
  }

  func margin(_ row: Int) -> Double { margins[row] }

  mutating func add(_ factor: Double, _ row: Int) {
    let (start, count) = (row * count, count)
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
