internal import Foundation
public import Randomness

extension Interval {
  /// Samples below which `bootstrap` gives the range of its resamples.
  public static let enoughSamples = 5

  /// Each statistic with its 95 % interval by the bootstrap-t, then for each pair of `differences`
  /// the first of those statistics minus the second. All share the same `resamples` samples drawn
  /// with replacement, so that differences of methods on the same pictures are paired.
  ///
  /// Each resample is held against its own standard error, which makes up for skew. The standard
  /// error of the sample itself is that of leaving each out, and has as many degrees of freedom as
  /// the weights amount to, which makes up for heavy ones. Of few samples the middle 95 % of the
  /// resamples are given as a range. A resample in which a statistic is not defined (nothing below
  /// the line) is left out. Coverage is in results/intervals.
  /// - Source: Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, section 12.5;
  ///   MacKinnon & White, "Some heteroskedasticity-consistent covariance matrix estimators", 1985.
  public static func bootstrap(
    _ statistics: [RatioStatistic], differences: [(Int, Int)] = [], resamples: Int = 10_000,
    key: RandomKey
  ) -> [Interval] {
    guard let count = statistics.first?.numerators.count else { return [] }
    precondition(
      resamples >= 1 && statistics.allSatisfy { $0.numerators.count == count },
      "Interval.bootstrap: statistics of different samples, or no resamples")
    let all = (0..<statistics.count).map { [$0] } + differences.map { [$0.0, $0.1] }
    let each = [Double](repeating: 1, count: count)
    func difference<Number>(_ of: [Int], _ values: [Number], _ minus: (Number, Number) -> Number)
      -> Number
    { of.count == 1 ? values[of[0]] : minus(values[of[0]], values[of[1]]) }
    func values(_ counts: [Double]) -> [Double] {
      let values = statistics.map { $0.value(counts) }
      return all.map { difference($0, values, -) }
    }
    func errors(_ counts: [Double], leavingOut: Bool = false) -> [Double] {
      let found = statistics.map { $0.influences(counts, leavingOut: leavingOut) }
      return all.map { of in
        let influences = difference(of, found) { zip($0, $1).map(-) }
        var sum = 0.0
        for at in counts.indices { sum += counts[at] * influences[at] * influences[at] }
        return sum.squareRoot()
      }
    }
    let (means, scales) = (values(each), errors(each, leavingOut: true))
    var (found, ratios) = (means.map { _ in [Double]() }, means.map { _ in [Double]() })
    var stream = key.stream()
    for _ in 0..<resamples {
      var counts = [Double](repeating: 0, count: count)
      for _ in 0..<count { counts[stream.index(below: count)] += 1 }
      for (at, (value, error)) in zip(values(counts), errors(counts)).enumerated() {
        if value.isFinite { found[at].append(value) }
        let ratio = (value - means[at]) / error
        if ratio.isFinite { ratios[at].append(ratio) }
      }
    }
    return all.indices.map { at in
      let parts = all[at].map { statistics[$0] }
      let interval = interval(means[at], scales[at], found[at], ratios[at], parts, count)
      guard let bounds = bounds(of: parts) else { return interval }
      return interval.clamped(to: bounds).reaching(bounds, ofAll: count, if: parts.count == 1)
    }
  }

  private static func interval(
    _ mean: Double, _ scale: Double, _ found: [Double], _ ratios: [Double],
    _ parts: [RatioStatistic], _ count: Int
  ) -> Interval {
    guard !found.isEmpty else { return Interval(mean: mean, low: mean, high: mean, count: count) }
    guard count >= enoughSamples, scale.isFinite else {
      let sorted = found.sorted()
      return Interval(
        mean: mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975), count: count,
        isRange: true)
    }
    guard scale > 0, !ratios.isEmpty else {
      return Interval(mean: mean, low: mean, high: mean, count: count)
    }
    let sorted = ratios.sorted()
    let degrees = parts.map(\.effectiveCount).min()! - 1
    let scale =
      scale * studentQuantile(0.975, degrees: max(1, Int(degrees)))
      / studentQuantile(0.975, degrees: count - 1)
    return Interval(
      mean: mean, low: mean - quantile(sorted, 0.975) * scale,
      high: mean - quantile(sorted, 0.025) * scale, count: count)
  }

  private static func bounds(of parts: [RatioStatistic]) -> ClosedRange<Double>? {
    guard let first = parts[0].bounds, let last = parts.last!.bounds else { return nil }
    return parts.count == 1
      ? first
      : first.lowerBound - last.upperBound...first.upperBound - last.lowerBound
  }

  /// Where all of `count` cases are at a bound: as far from it as the mean may lie when all cases
  /// are there in one of 20 repetitions at least.
  private func reaching(
    _ bounds: ClosedRange<Double>, ofAll count: Int, if isOne: Bool
  ) -> Interval {
    guard isOne, low == high, mean == bounds.lowerBound || mean == bounds.upperBound else {
      return self
    }
    let reach = (bounds.upperBound - bounds.lowerBound) * (1 - pow(0.05, 1 / Double(count)))
    return Interval(
      mean: mean, low: mean == bounds.lowerBound ? mean : mean - reach,
      high: mean == bounds.lowerBound ? mean + reach : mean, count: count, isRange: isRange)
  }
}
