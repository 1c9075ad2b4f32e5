internal import Glibc
internal import Processes
internal import Tensors

/// What the most similar positions of training pictures show, by the cosine of the angle between
/// features: segmentation without training.
///
/// - Source: Balazevic et al., "Towards in-context scene understanding", NeurIPS 2023
///   (Hummingbird): soft labels of positions, weighed by a softmax of similarity / temperature.
public struct DenseNeighbors: Sendable {
  private let bank: Features
  private let shares: [Float]
  private let classes, neighbors: Int
  private let temperature: Double

  /// Positions to look among, and the share of each class there.
  ///
  /// - Shapes: `shares` [positions, classes].
  public init(
    _ bank: Features, shares: [Float], classes: Int, neighbors: Int = 30,
    temperature: Double = 0.02
  ) {
    require(
      bank.count > 0 && shares.count == bank.count * classes && neighbors > 0 && temperature > 0,
      "DenseNeighbors: \(shares.count) shares of \(classes) classes for \(bank.count) positions, "
        + "\(neighbors) neighbors, temperature \(temperature)")
    self.bank = bank.withUnitRows
    (self.shares, self.classes) = (shares, classes)
    self.neighbors = min(neighbors, bank.count)
    self.temperature = temperature
  }

  /// The weighed mean of the neighbors' shares. Shapes: [positions, classes].
  public func scores(of cells: Features) -> [Float] {
    let queries = cells.withUnitRows
    // In blocks, so that the similarities stay small.
    let block = max(1, (1 << 23) / bank.count)
    var result: [Float] = []
    result.reserveCapacity(cells.count * classes)
    for start in stride(from: 0, to: queries.count, by: block) {
      let rows = Array(start..<min(start + block, queries.count))
      let similarities = queries.rows(rows).products(with: bank)
      let votes = inParallel(rows.count) { row in
        similarities.withUnsafeBufferPointer { all in
          vote(UnsafeBufferPointer(rebasing: all[row * bank.count..<(row + 1) * bank.count]))
        }
      }
      for vote in votes { result += vote }
    }
    return result
  }

  private func vote(_ similarities: UnsafeBufferPointer<Float>) -> [Float] {
    let nearest = NearestNeighbors.nearest(neighbors, in: similarities)
    let best = Double(similarities[nearest[0]])
    let weights = nearest.map { exp((Double(similarities[$0]) - best) / temperature) }
    let total = weights.reduce(0, +)
    var sums = [Double](repeating: 0, count: classes)
    for (neighbor, weight) in zip(nearest, weights) {
      for c in 0..<classes { sums[c] += weight * Double(shares[neighbor * classes + c]) }
    }
    return sums.map { Float($0 / total) }
  }
}
