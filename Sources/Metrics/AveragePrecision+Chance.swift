internal import Randomness

extension AveragePrecision {
  /// What scores without knowledge come to: the mean over classes and over `rankings` random orders
  /// of the pictures, the same for the same labels; nil where no picture shows a class.
  ///
  /// It lies above the share of positives, which the curve reaches only far down the ranking: with
  /// few positives the first of them stands early by luck.
  /// - Shapes: labels [pictures, classes]; 1 present, -1 absent, 0 difficult.
  public func chance(labels: [Int8], classes: Int, rankings: Int = 100) -> Double? {
    let means = (0..<classes).compactMap { c -> Double? in
      let column = stride(from: c, to: labels.count, by: classes).map { labels[$0] }
      guard column.contains(1) else { return nil }
      var stream = RandomKey(seed: 0).folding("chance").folding(c).stream()
      let scores = (0..<rankings).map { _ in
        self(scores: column.map { _ in stream.uniform() }, labels: column)!
      }
      return scores.reduce(0, +) / Double(rankings)
    }
    return means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
  }
}
