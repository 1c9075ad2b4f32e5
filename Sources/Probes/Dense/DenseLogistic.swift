internal import Glibc
internal import Tensors

/// Logistic regression of what a position shows: softmax over shares of classes, on standardized
/// features, solved by L-BFGS as `LinearProbe` is.
///
/// - Source: CAPI (Darcet et al. 2025) judges frozen maps so, by L-BFGS on positions.
public struct DenseLogistic: Sendable {
  /// Whether the tolerance was met.
  public let isSolved: Bool
  private let standardization: Standardization
  private let weights: Features
  private let intercepts: [Double]

  /// The regression of each decay, from the strongest on, each from the weights of the one before.
  ///
  /// - Shapes: `shares` [positions, classes]; a position of zeros takes no part.
  public static func solved(
    _ cells: Features, shares: [Float], classes: Int, decays: [Double],
    settings: LinearProbe.Settings = .init()
  ) -> [(decay: Double, probe: DenseLogistic)] {
    require(
      shares.count == cells.count * classes && !decays.isEmpty,
      "DenseLogistic: \(shares.count) shares of \(classes) classes for \(cells.count) positions")
    let standardization = Standardization(cells)
    let rows = standardization(cells)
    var problem = ShareProblem(rows: rows.tensor, shares: shares, classes: classes, decay: 0)
    let solver = LBFGS(iterations: settings.iterations, tolerance: settings.tolerance)
    var point = [Double](repeating: 0, count: classes * (cells.columns + 1))
    return decays.sorted(by: >).map { decay in
      problem.decay = decay
      let (end, isSolved) = solver.minimize(from: point, problem.value)
      point = end
      let probe = DenseLogistic(
        isSolved: isSolved, standardization: standardization,
        weights: Features(end.dropLast(classes).map { Float($0) }, columns: cells.columns),
        intercepts: Array(end.suffix(classes)))
      return (decay, probe)
    }
  }

  /// The logits. Shapes: [positions, classes].
  public func scores(of cells: Features) -> [Float] {
    let constants = intercepts.map { Float($0) }
    var scores = standardization(cells).products(with: weights)
    for place in scores.indices { scores[place] += constants[place % constants.count] }
    return scores
  }
}

/// The mean cross-entropy over known positions, and its gradient. A point is the weights and then
/// the intercepts.
private struct ShareProblem {
  let rows: Tensor
  let shares: [Float]
  let classes: Int
  var decay: Double

  func value(_ point: [Double]) -> (value: Double, gradient: [Double]) {
    let (count, columns) = (rows.shape[0], rows.shape[1])
    let size = classes * columns
    let weights = Tensor(point.prefix(size).map { Float($0) }, shape: [classes, columns])
    let logits = rows.matrixProduct(weights, transposeOther: true).floats
    var residuals = [Float](repeating: 0, count: logits.count)
    var (loss, known) = (0.0, 0.0)
    var sums = [Double](repeating: 0, count: classes)
    var scores = [Double](repeating: 0, count: classes)
    for row in 0..<count {
      let start = row * classes
      var (weight, largest) = (0.0, -Double.infinity)
      for c in 0..<classes {
        scores[c] = Double(logits[start + c]) + point[size + c]
        largest = max(largest, scores[c])
        weight += Double(shares[start + c])
      }
      guard weight > 0 else { continue }
      known += weight
      var total = 0.0
      for c in 0..<classes { total += exp(scores[c] - largest) }
      let normalizer = largest + log(total)
      for c in 0..<classes {
        let share = Double(shares[start + c])
        loss += share * (normalizer - scores[c])
        let residual = weight * exp(scores[c] - normalizer) - share
        residuals[start + c] = Float(residual)
        sums[c] += residual
      }
    }
    let n = max(known, 1)
    let slopes = Tensor(residuals, shape: [count, classes])
      .matrixProduct(rows, transposeSelf: true).floats
    var gradient = [Double](repeating: 0, count: point.count)
    var squares = 0.0
    for place in 0..<size {
      squares += point[place] * point[place]
      gradient[place] = Double(slopes[place]) / n + decay * point[place]
    }
    for c in 0..<classes { gradient[size + c] = sums[c] / n }
    return (loss / n + decay / 2 * squares, gradient)
  }
}
