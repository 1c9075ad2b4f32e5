internal import Glibc
internal import Processes
internal import Tensors

/// The vote of the training samples that are most similar to a query, by the cosine of the angle
/// between their features.
///
/// - Source: Wu et al., "Unsupervised feature learning via non-parametric instance discrimination",
///   CVPR 2018: a neighbor's vote weighs exp(similarity / temperature).
public struct NearestNeighbors: Sendable {
  /// How many neighbors vote.
  public let neighbors: Int
  /// How much more the nearest count; infinite for equal votes.
  public let temperature: Double
  private let features: Features
  private let labels: ProbeLabels

  /// The training samples. At most all of them vote.
  public init(
    _ features: Features, _ labels: ProbeLabels, neighbors: Int = 20, temperature: Double = 0.07
  ) {
    labels.check(features, "NearestNeighbors")
    require(
      neighbors > 0 && temperature > 0 && features.count > 0,
      "NearestNeighbors: \(neighbors) neighbors, temperature \(temperature), \(features.count) rows"
    )
    self.features = features.withUnitRows
    self.labels = labels
    self.neighbors = min(neighbors, features.count)
    self.temperature = temperature
  }

  /// For each query and class, the weight of the neighbors that show it over the weight of those
  /// that are known to show it or not; 0 where nothing is known. Of equally similar samples the
  /// first counts.
  ///
  /// With `leavingOneOut` the queries are the training samples themselves, in their order, and none
  /// is its own neighbor.
  /// - Shapes: [queries, classes].
  public func scores(of queries: Features, leavingOneOut: Bool = false) -> [Double] {
    require(
      !leavingOneOut || (queries.count == features.count && features.count > neighbors),
      "NearestNeighbors: \(queries.count) queries are not the \(features.count) training samples, "
        + "or leave no \(neighbors) others")
    let queries = queries.withUnitRows
    var result: [Double] = []
    // In blocks, so that the similarities stay small.
    let block = max(1, (1 << 23) / features.count)
    for start in stride(from: 0, to: queries.count, by: block) {
      let rows = Array(start..<min(start + block, queries.count))
      let similarities = queries.rows(rows).products(with: features)
      let votes = inParallel(rows.count) { place in
        similarities.withUnsafeBufferPointer { all in
          let range = place * features.count..<(place + 1) * features.count
          return vote(
            UnsafeBufferPointer(rebasing: all[range]), without: leavingOneOut ? rows[place] : nil)
        }
      }
      for vote in votes { result += vote }
    }
    return result
  }

  private func vote(
    _ similarities: UnsafeBufferPointer<Float>, without excluded: Int?
  ) -> [Double] {
    var (shown, known) = (
      [Double](repeating: 0, count: labels.classes), [Double](repeating: 0, count: labels.classes)
    )
    let nearest = Self.nearest(neighbors, in: similarities, without: excluded)
    let best = Double(nearest.first.map { similarities[$0] } ?? 0)
    for neighbor in nearest {
      // Relative to the best, so that no weight overflows.
      let weight = exp((Double(similarities[neighbor]) - best) / temperature)
      for c in 0..<labels.classes {
        let label = labels.values[neighbor * labels.classes + c]
        if label != 0 { known[c] += weight }
        if label == 1 { shown[c] += weight }
      }
    }
    return zip(shown, known).map { $1 > 0 ? $0 / $1 : 0 }
  }

  /// The positions of the `most` largest values, the first of equal ones before the others.
  static func nearest(
    _ most: Int, in similarities: UnsafeBufferPointer<Float>, without excluded: Int? = nil
  ) -> [Int] {
    var best: [Int] = []
    best.reserveCapacity(most + 1)
    var least = -Float.infinity
    for place in 0..<similarities.count {
      let value = similarities[place]
      if best.count == most && !(value > least) { continue }
      if place == excluded { continue }
      var (low, high) = (0, best.count)
      while low < high {
        let middle = (low + high) / 2
        if similarities[best[middle]] >= value { low = middle + 1 } else { high = middle }
      }
      best.insert(place, at: low)
      if best.count > most { best.removeLast() }
      least = similarities[best[best.count - 1]]
    }
    return best
  }
}
