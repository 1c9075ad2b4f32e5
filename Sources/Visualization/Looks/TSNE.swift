internal import Foundation
public import Randomness

/// A map in two dimensions in which neighbors stay neighbors.
///
/// Exact: time grows with the square of the number of points, so it is for some two thousand.
///
/// - Source: van der Maaten & Hinton, "Visualizing data using t-SNE", JMLR 2008: perplexity by
///   bisection, early exaggeration of 12 for 250 steps, momentum 0.5 then 0.8, gains.
public struct TSNE: Sendable {
  /// The number of neighbors that each point has, in effect.
  public var perplexity = 30.0
  /// Steps of gradient descent.
  public var steps = 1000
  /// The length of a step; nil for the number of points over 12, at least 50 (Belkina et al. 2019).
  public var rate: Double?

  /// The usual settings.
  public init() {}

  /// Places for rows of equal length, two coordinates each. The same key gives the same map.
  public func map(_ rows: [[Double]], key: RandomKey) -> [(x: Double, y: Double)] {
    let n = rows.count
    precondition(n >= 4, "TSNE: \(n) points make no map")
    let p = affinities(rows)
    var stream = key.stream()
    var place = (0..<2 * n).map { _ in 1e-4 * stream.normal() }
    var speed = [Double](repeating: 0, count: 2 * n)
    var gains = [Double](repeating: 1, count: 2 * n)
    var weights = [Double](repeating: 0, count: n * n)
    let rate = rate ?? max(50, Double(n) / 12)
    for step in 0..<steps {
      let exaggeration = step < 250 ? 12.0 : 1
      let momentum = step < 250 ? 0.5 : 0.8
      var sum = 0.0
      for i in 0..<n {
        for j in 0..<i {
          let (dx, dy) = (place[2 * i] - place[2 * j], place[2 * i + 1] - place[2 * j + 1])
          let weight = 1 / (1 + dx * dx + dy * dy)
          weights[i * n + j] = weight
          sum += 2 * weight
        }
      }
      var gradient = [Double](repeating: 0, count: 2 * n)
      for i in 0..<n {
        for j in 0..<i {
          let weight = weights[i * n + j]
          let force = 4 * (exaggeration * p[i * n + j] - weight / sum) * weight
          let (dx, dy) = (place[2 * i] - place[2 * j], place[2 * i + 1] - place[2 * j + 1])
          gradient[2 * i] += force * dx
          gradient[2 * i + 1] += force * dy
          gradient[2 * j] -= force * dx
          gradient[2 * j + 1] -= force * dy
        }
      }
      for k in 0..<2 * n {
        let isTurning = (gradient[k] > 0) == (speed[k] > 0)
        gains[k] = max(0.01, isTurning ? gains[k] * 0.8 : gains[k] + 0.2)
        speed[k] = momentum * speed[k] - rate * gains[k] * gradient[k]
        place[k] += speed[k]
      }
      for axis in 0..<2 {
        let mean = stride(from: axis, to: 2 * n, by: 2).reduce(0) { $0 + place[$1] } / Double(n)
        for k in stride(from: axis, to: 2 * n, by: 2) { place[k] -= mean }
      }
    }
    return (0..<n).map { (place[2 * $0], place[2 * $0 + 1]) }
  }

  /// The symmetric neighborhoods of all points; they sum to one.
  private func affinities(_ rows: [[Double]]) -> [Double] {
    let n = rows.count
    var distance = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<i {
        let square = zip(rows[i], rows[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        distance[i * n + j] = square
        distance[j * n + i] = square
      }
    }
    let wanted = log(min(perplexity, Double(n - 1) / 3))
    var p = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      var (beta, low, high) = (1.0, 0.0, Double.infinity)
      let nearest = (0..<n).lazy.filter { $0 != i }.map { distance[i * n + $0] }.min()!
      for _ in 0..<64 {
        var (sum, weighted) = (0.0, 0.0)
        for j in 0..<n where j != i {
          let value = exp(-beta * (distance[i * n + j] - nearest))
          p[i * n + j] = value
          sum += value
          weighted += value * (distance[i * n + j] - nearest)
        }
        let entropy = log(sum) + beta * weighted / sum
        for j in 0..<n { p[i * n + j] /= sum }
        if abs(entropy - wanted) < 1e-5 { break }
        if entropy > wanted { low = beta } else { high = beta }
        beta = high.isInfinite ? beta * 2 : (low + high) / 2
      }
    }
    for i in 0..<n {
      for j in 0..<i {
        let both = max((p[i * n + j] + p[j * n + i]) / Double(2 * n), 1e-12)
        (p[i * n + j], p[j * n + i]) = (both, both)
      }
    }
    return p
  }
}
