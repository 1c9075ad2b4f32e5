extension Interval {
  /// The share of `count` cases of which `hits` are right, with its 95 % interval by Wilson: it
  /// stays within 0 and 1, and has a width where all are right or none is.
  ///
  /// - Source: Wilson, "Probable inference, the law of succession, and statistical inference",
  ///   1927.
  public static func share(_ hits: Int, of count: Int) -> Interval {
    precondition(
      count > 0 && (0...count).contains(hits), "Interval.share: \(hits) hits of \(count) cases")
    let (n, share, z) = (Double(count), Double(hits) / Double(count), normalQuantile)
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half =
      z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(
      mean: share, low: hits == 0 ? 0 : middle - half, high: hits == count ? 1 : middle + half,
      count: count)
  }

  /// The share of the same cases that `a` has right more than `b`, with its 95 % interval: half a
  /// case is added to each of the four outcomes, so that it has a width where the two agree.
  ///
  /// - Source: Agresti & Min, "Simple improved confidence intervals for comparing matched
  ///   proportions", 2005.
  public static func shareDifference(_ a: [Bool], _ b: [Bool]) -> Interval {
    precondition(
      a.count == b.count && !a.isEmpty,
      "Interval.shareDifference: \(a.count) cases and \(b.count)")
    let more = Double(zip(a, b).count { $0 && !$1 })
    let less = Double(zip(a, b).count { !$0 && $1 })
    let n = Double(a.count) + 2
    let (difference, sum) = ((more - less) / n, (more + less + 1) / n)
    let half = normalQuantile * ((sum - difference * difference) / n).squareRoot()
    return Interval(
      mean: (more - less) / Double(a.count), low: difference - half, high: difference + half,
      count: a.count
    ).clamped(to: -1...1)
  }

  /// What 97.5 of 100 normal deviates stay below.
  private static let normalQuantile = 1.959_963_984_540_054
}
