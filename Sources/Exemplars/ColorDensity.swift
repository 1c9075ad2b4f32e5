internal import Foundation

/// Which colors a pixel may have, and how much color varies there, given its description: sums over
/// the examples nearest to it, each weighed by a Gaussian of its distance (Parzen windows).
///
/// Ours: 48 examples are looked at; the Gaussian's variance is the median over examples of the
/// squared distance to their eighth neighbor; probabilities are mixed with a little of the
/// frequency of each color, so that none is impossible.
struct ColorDensity: Sendable {
  /// Examples looked at.
  static let neighbors = 48
  /// The share of the frequency of colors.
  static let prior: Float = 0.02

  private let nearest: NearestDescriptions
  private let cells: [Int32]
  private let variations: [Float]
  private let shares: [Float]
  private let variance: Float

  /// Of each example its description, the cell of its color, and the variation of color there; of
  /// each cell its share.
  init(_ vectors: [Description.Vector], cells: [Int], variations: [Float], shares: [Float]) {
    precondition(
      !vectors.isEmpty && vectors.count == cells.count && cells.count == variations.count,
      "ColorDensity: \(vectors.count) examples, \(cells.count) cells")
    let nearest = NearestDescriptions(vectors)
    self.nearest = nearest
    self.cells = cells.map(Int32.init)
    (self.variations, self.shares) = (variations, shares)
    var distances: [Float] = []
    withUnsafeTemporaryAllocation(of: (place: Int32, far: Float).self, capacity: 9) { found in
      found.initialize(repeating: (0, 0))
      for place in stride(from: 0, to: vectors.count, by: max(1, vectors.count / 256)) {
        // The first is the example itself.
        let count = nearest.nearest(vectors[place], into: found)
        distances.append(found[count - 1].far)
      }
    }
    variance = max(1e-6, distances.sorted()[distances.count / 2])
  }

  /// Of each description the probability of every cell, [vectors, cells], and the expected
  /// variation.
  func predict(_ vectors: [Description.Vector]) -> (probabilities: [Float], variations: [Float]) {
    var probabilities = [Float](repeating: 0, count: vectors.count * shares.count)
    var expected = [Float](repeating: 0, count: vectors.count)
    withUnsafeTemporaryAllocation(
      of: (place: Int32, far: Float).self, capacity: Self.neighbors
    ) { found in
      found.initialize(repeating: (0, 0))
      for (at, vector) in vectors.enumerated() {
        let count = nearest.nearest(vector, into: found)
        let first = at * shares.count
        // Relative to the nearest, so that a pixel like none of the examples still has weights.
        var (total, sum): (Float, Float) = (0, 0)
        for example in found.prefix(count) {
          let weight = exp((found[0].far - example.far) / (2 * variance))
          total += weight
          sum += weight * variations[Int(example.place)]
          probabilities[first + Int(cells[Int(example.place)])] += weight
        }
        expected[at] = sum / total
        for cell in shares.indices {
          let own = probabilities[first + cell] / total
          probabilities[first + cell] = own + Self.prior * (shares[cell] - own)
        }
      }
    }
    return (probabilities, expected)
  }
}
