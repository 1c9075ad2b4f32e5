internal import Foundation
internal import GraphCuts

/// Moves colors from the means of cells to where a continuous energy is low: the labels of the
/// graph cut are the start, and the result stays in their surroundings.
///
/// The energy is that of the labels, with a mixture of Gaussians, one for each cell, in the place
/// of the probabilities. Ours: each pixel looks at the eight cells nearest to its own; pixel after
/// pixel takes the color that is best while its neighbors stay, by weighted means (the Gaussians
/// by their shares, distances by their tangent parabolas), a given number of times.
struct ColorRefinement {
  let dictionary: ColorDictionary
  let probabilities: [Float]
  /// Of each pixel the weights to its neighbors on the right, below, below right and below left.
  let weights: [Float]
  let width: Int
  static let cells = 8

  func refined(_ labels: [Int], rounds: Int) -> [SIMD2<Float>] {
    let (pixels, count) = (labels.count, dictionary.means.count)
    var colors = labels.map { dictionary.means[$0] }
    let near = dictionary.means.map { mean in
      Array(
        dictionary.means.indices.sorted { one, other in
          let (a, b) = (dictionary.means[one] - mean, dictionary.means[other] - mean)
          return (a * a).sum() < (b * b).sum()
        }.prefix(Self.cells))
    }
    let precisions = dictionary.deviations.map { 1 / ($0 * $0) }
    for _ in 0..<rounds {
      for pixel in 0..<pixels {
        let color = colors[pixel]
        var (sum, total) = (SIMD2<Float>.zero, Float(0))
        var share: Float = 0
        for cell in near[labels[pixel]] {
          let step = color - dictionary.means[cell]
          let precision = precisions[cell]
          // The density of the Gaussian, so that a small cell is a narrow peak.
          let part =
            probabilities[pixel * count + cell] * precision
            * exp(-0.5 * precision * (step * step).sum())
          share += part
          sum += part * precision * dictionary.means[cell]
          total += part * precision
        }
        guard share > 0 else { continue }
        (sum, total) = (sum / share, total / share)
        let (x, y) = (pixel % width, pixel / width)
        for (direction, step) in GridLabeling.steps.enumerated() {
          let (column, other) = (x + step.x, pixel + step.y * width + step.x)
          guard (0..<width).contains(column), y + step.y >= 0, other < pixels else { continue }
          let weight = weights[GridLabeling.pair(pixel, direction, other)]
          let apart = color - colors[other]
          // A distance below one Lab unit counts as its square does, or equal colors never part.
          let pull = weight / max(1, (apart * apart).sum().squareRoot())
          sum += pull * colors[other]
          total += pull
        }
        colors[pixel] = sum / total
      }
    }
    return colors
  }
}
