internal import Randomness
internal import Tensors

/// Training samples, with what the machines of all classes and costs share.
public struct SupportProblem: Sendable {
  let features: Features
  let settings: LinearSVM.Settings
  /// Products of all rows where there are fewer rows than columns.
  private let gram: [Float]?
  private let squares: [Double]

  /// The samples. With fewer of them than columns, and 10,000 at most, the products of all pairs
  /// are computed once and kept (400 MB at most); otherwise weights are kept while solving.
  public init(_ features: Features, settings: LinearSVM.Settings = .init()) {
    (self.features, self.settings) = (features, settings)
    let isSmall = features.count < features.columns && features.count <= 10_000
    gram = isSmall ? features.products(with: features) : nil
    squares = (0..<features.count).map { row in
      features.values[row * features.columns..<(row + 1) * features.columns]
        .reduce(settings.intercept * settings.intercept) { $0 + Double($1) * Double($1) }
    }
  }

  /// What became of one class at one cost.
  struct Solution: Sendable {
    /// What the weights are made of: rows and their factors.
    var coefficients: [(row: Int, value: Double)] = []
    /// The dual's coordinates, to start from at another cost.
    var coordinates: [Double] = []
    var isSolved = true
    /// The products of all rows with the weights, the constant column left out; nil where only
    /// weights are known.
    var margins: [Double]?
  }

  /// Solves one class on some rows; nothing is found without rows of both signs. `start` is the
  /// solution for another cost on the same rows.
  func solve(
    _ labels: [Int8], rows: [Int], cost: Double, key: RandomKey, from start: Solution? = nil
  ) -> Solution {
    let chosen = rows.filter { labels[$0] != 0 }
    let signs = chosen.map { Double(labels[$0]) }
    guard Set(signs).count == 2 else { return Solution() }
    let costs = signs.map { $0 > 0 ? cost * settings.positiveWeight : cost }
    let isHinge = settings.loss == .hinge
    let descent = DualCoordinateDescent(
      signs: signs, upper: isHinge ? costs : costs.map { _ in .infinity },
      diagonal: costs.map { isHinge ? 0 : 1 / (2 * $0) }, squares: chosen.map { squares[$0] },
      tolerance: settings.tolerance, epochs: settings.epochs)
    let from = start?.coordinates ?? [Double](repeating: 0, count: chosen.count)
    let result: (coordinates: [Double], isSolved: Bool)
    var margins: [Double]?
    if let gram {
      // Of the hinge, another cost may cut the factors that margins were made from.
      var rows = GramRows(
        gram, all: features.count, chosen: chosen, intercept: settings.intercept,
        margins: isHinge ? nil : start?.margins)
      result = descent.solve(&rows, from: from, key: key)
      margins = rows.margins
    } else {
      var rows = WeightRows(features, chosen: chosen, intercept: settings.intercept)
      result = descent.solve(&rows, from: from, key: key)
    }
    return Solution(
      coefficients: zip(chosen, zip(result.coordinates, signs)).map { ($0, $1.0 * $1.1) },
      coordinates: result.coordinates, isSolved: result.isSolved, margins: margins)
  }

  /// The scores that a solution gives to some of the training rows.
  func scores(_ solution: Solution, of rows: [Int]) -> [Double] {
    let constant = intercept(solution)
    if let margins = solution.margins { return rows.map { margins[$0] + constant } }
    let (weights, _) = weights([solution])
    return features.rows(rows).products(with: weights).map { Double($0) + constant }
  }

  /// Weights and intercepts from the coefficients of each class.
  func weights(_ solutions: [Solution]) -> (Features, [Double]) {
    var coefficients = [Float](repeating: 0, count: solutions.count * features.count)
    for (c, solution) in solutions.enumerated() {
      for (row, value) in solution.coefficients {
        coefficients[c * features.count + row] = Float(value)
      }
    }
    let weights = Tensor(coefficients, shape: [solutions.count, features.count])
      .matrixProduct(features.tensor).floats
    return (Features(weights, columns: features.columns), solutions.map(intercept))
  }

  private func intercept(_ solution: Solution) -> Double {
    settings.intercept * settings.intercept * solution.coefficients.reduce(0) { $0 + $1.value }
  }
}
