public import Randomness

/// A number that is the sum of something over samples, divided by the sum of something else: a
/// mean, a weighted mean, a share.
public struct RatioStatistic: Sendable {
  /// What each sample adds above and below.
  public let numerators, denominators: [Double]
  /// Whether the number is the root of the ratio, as in a root mean square.
  public let isRoot: Bool

  /// The ratio of two sums; traps when there are no samples, or not as many above as below.
  public init(_ numerators: [Double], over denominators: [Double], isRoot: Bool = false) {
    precondition(
      numerators.count == denominators.count && !numerators.isEmpty,
      "RatioStatistic: \(numerators.count) numerators, \(denominators.count) denominators")
    (self.numerators, self.denominators, self.isRoot) = (numerators, denominators, isRoot)
  }

  /// The mean of some values.
  public init(meanOf values: [Double]) {
    self.init(values, over: .init(repeating: 1, count: values.count))
  }

  func value(_ counts: [Double]) -> Double {
    var (above, below) = (0.0, 0.0)
    for at in counts.indices {
      above += counts[at] * numerators[at]
      below += counts[at] * denominators[at]
    }
    return isRoot ? (above / below).squareRoot() : above / below
  }
}

extension Interval {
  /// Each statistic with its 95 % percentile interval, then for each pair of `differences` the
  /// first of those statistics minus the second. All share the same `resamples` samples drawn with
  /// replacement, so that differences of methods on the same pictures are paired.
  ///
  /// A sample in which a statistic is not defined (nothing below the line) is left out of its
  /// interval.
  /// - Source: Efron, "Bootstrap methods: another look at the jackknife", 1979.
  public static func bootstrap(
    _ statistics: [RatioStatistic], differences: [(Int, Int)] = [], resamples: Int = 10_000,
    key: RandomKey
  ) -> [Interval] {
    guard let count = statistics.first?.numerators.count else { return [] }
    precondition(
      resamples >= 1 && statistics.allSatisfy { $0.numerators.count == count },
      "Interval.bootstrap: statistics of different samples, or no resamples")
    func values(_ counts: [Double]) -> [Double] {
      let values = statistics.map { $0.value(counts) }
      return values + differences.map { values[$0] - values[$1] }
    }
    var stream = key.stream()
    let means = values([Double](repeating: 1, count: count))
    var found = means.map { _ in [Double]() }
    for _ in 0..<resamples {
      var counts = [Double](repeating: 0, count: count)
      for _ in 0..<count { counts[stream.index(below: count)] += 1 }
      for (at, value) in values(counts).enumerated() where value.isFinite {
        found[at].append(value)
      }
    }
    return zip(means, found).map { mean, values in
      guard !values.isEmpty else {
        return Interval(mean: mean, low: mean, high: mean, count: count)
      }
      let sorted = values.sorted()
      return Interval(
        mean: mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975), count: count)
    }
  }
}
