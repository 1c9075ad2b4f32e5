internal import Foundation

/// Spreads colors from some pixels over a picture: neighbors of like lightness get like colors.
///
/// The a and b of all other pixels minimize the sum, over all pairs of the 8 neighbors, of their
/// squared difference times exp(-(difference of lightness)^2 / 0.6 v), where v is the variance of
/// lightness in the 3 x 3 pixels around. The linear equations are solved by conjugate gradients.
/// - Source: Levin, Lischinski & Weiss, "Colorization using optimization", SIGGRAPH 2004; 0.6 as in
///   the code that its authors released. Ours: the symmetric form, with the mean of both ends'
///   weights, whose matrix is positive definite; there each pixel is the mean of its neighbors.
struct ColorPropagation: Sendable {
  /// Columns.
  private let width: Int
  /// Of each pixel the weights to the right, below left, below, below right.
  private let weights: [SIMD4<Float>]

  private static let steps = [(x: 1, y: 0), (x: -1, y: 1), (x: 0, y: 1), (x: 1, y: 1)]

  init(_ lightness: [Float], width: Int) {
    self.width = width
    let (count, height) = (lightness.count, lightness.count / width)
    // Of each pixel 0.6 v of its window, cut off at the edges.
    let spread = lightness.indices.map { at -> Float in
      let (x, y) = (at % width, at / width)
      var (sum, square, number) = (Float(0), Float(0), Float(0))
      for row in max(0, y - 1)...min(height - 1, y + 1) {
        for column in max(0, x - 1)...min(width - 1, x + 1) {
          let value = lightness[row * width + column] - lightness[at]
          sum += value
          square += value * value
          number += 1
        }
      }
      return 0.6 * max(square / number - (sum / number) * (sum / number), 0.01)
    }
    weights = lightness.indices.map { at in
      var found = SIMD4<Float>.zero
      for (place, step) in Self.steps.enumerated() {
        let (column, other) = (at % width + step.x, at + step.y * width + step.x)
        guard (0..<width).contains(column), other < count else { continue }
        let difference = lightness[at] - lightness[other]
        let square = difference * difference
        found[place] = max(1e-4, (exp(-square / spread[at]) + exp(-square / spread[other])) / 2)
      }
      return found
    }
  }

  /// The colors of all pixels, given those of some (pixel and color); traps without any.
  func spread(_ seeds: [(pixel: Int, color: SIMD2<Float>)]) -> [SIMD2<Float>] {
    precondition(!seeds.isEmpty, "ColorPropagation: there are no colors to spread")
    var colors = [SIMD2<Float>](repeating: .zero, count: weights.count)
    var isFree = [Bool](repeating: true, count: weights.count)
    let mean = seeds.reduce(.zero) { $0 + $1.color } / Float(seeds.count)
    for at in colors.indices { colors[at] = mean }
    for seed in seeds { (colors[seed.pixel], isFree[seed.pixel]) = (seed.color, false) }
    // Laplacian x = 0 at free pixels, from a first guess that has the seeds right.
    let diagonal = degrees
    var residual = product(colors)
    for at in residual.indices { residual[at] = isFree[at] ? -residual[at] : .zero }
    func prepared(_ vector: [SIMD2<Float>]) -> [SIMD2<Float>] {
      vector.indices.map { isFree[$0] ? vector[$0] / diagonal[$0] : .zero }
    }
    func dot(_ a: [SIMD2<Float>], _ b: [SIMD2<Float>]) -> SIMD2<Double> {
      var sum = SIMD2<Double>.zero
      for at in a.indices { sum += SIMD2<Double>(a[at] * b[at]) }
      return sum
    }
    var scaled = prepared(residual)
    var direction = scaled
    var rest = dot(residual, scaled)
    let enough = max(rest.x, rest.y) * 1e-10
    for _ in 0..<1_000 where max(rest.x, rest.y) > enough {
      var image = product(direction)
      for at in image.indices where !isFree[at] { image[at] = .zero }
      let curvature = dot(direction, image)
      let step = SIMD2<Float>(
        rest.replacing(with: 0, where: curvature .<= 0)
          / curvature.replacing(with: 1, where: curvature .<= 0))
      for at in colors.indices {
        colors[at] += step * direction[at]
        residual[at] -= step * image[at]
      }
      scaled = prepared(residual)
      let next = dot(residual, scaled)
      let ratio = SIMD2<Float>(
        next.replacing(with: 0, where: rest .<= 0) / rest.replacing(with: 1, where: rest .<= 0))
      for at in direction.indices { direction[at] = scaled[at] + ratio * direction[at] }
      rest = next
    }
    return colors
  }

  /// The sum of each pixel's weights.
  private var degrees: [Float] {
    var sums = [Float](repeating: 0, count: weights.count)
    eachPair { at, other, weight in
      sums[at] += weight
      sums[other] += weight
    }
    return sums.map { max($0, .leastNormalMagnitude) }
  }

  /// The graph's Laplacian times a vector.
  private func product(_ vector: [SIMD2<Float>]) -> [SIMD2<Float>] {
    var result = [SIMD2<Float>](repeating: .zero, count: vector.count)
    vector.withUnsafeBufferPointer { vector in
      result.withUnsafeMutableBufferPointer { result in
        eachPair { at, other, weight in
          let difference = weight * (vector[at] - vector[other])
          result[at] += difference
          result[other] -= difference
        }
      }
    }
    return result
  }

  @inline(__always)
  private func eachPair(_ body: (_ at: Int, _ other: Int, _ weight: Float) -> Void) {
    let offsets = [1, width - 1, width, width + 1]
    weights.withUnsafeBufferPointer { weights in
      offsets.withUnsafeBufferPointer { offsets in
        for at in weights.indices {
          let own = weights[at]
          for place in 0..<4 where own[place] > 0 { body(at, at + offsets[place], own[place]) }
        }
      }
    }
  }
}
