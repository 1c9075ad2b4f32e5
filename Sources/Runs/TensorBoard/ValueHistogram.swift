/// How the elements of a tensor are spread, in equal bins from the least to the greatest.
struct ValueHistogram: Equatable {
  /// The right edges. TensorBoard sees only these, so the first bin is empty and ends at the least
  /// value.
  var limits: [Double]
  /// Elements in each bin.
  var counts: [Double]
  var (least, greatest, sum, squares) = (0.0, 0.0, 0.0, 0.0)

  /// The histogram of finite numbers; nil where there are none.
  init?(_ values: [Float], bins: Int = 30) {
    let finite = values.lazy.filter(\.isFinite)
    guard let least = finite.min(), let greatest = finite.max() else { return nil }
    (self.least, self.greatest) = (Double(least), Double(greatest))
    let width = max((self.greatest - self.least) / Double(bins), abs(self.least) * 1e-6 + 1e-12)
    limits = (0...bins).map { Double(least) + width * Double($0) }
    counts = [Double](repeating: 0, count: bins + 1)
    for value in finite {
      let value = Double(value)
      counts[1 + min(bins - 1, Int((value - self.least) / width))] += 1
      sum += value
      squares += value * value
    }
  }

  /// Elements in all.
  var count: Double { counts.reduce(0, +) }
}
