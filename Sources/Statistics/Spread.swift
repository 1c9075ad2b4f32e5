internal import Text

/// What the interval around a mean shows; the figure's caption should say which.
public enum Spread: String, Sendable, Codable {
  /// The lowest and the highest result.
  case range
  /// One standard deviation of the results (n - 1) to each side.
  case standardDeviation
  /// One standard error of the mean to each side.
  case standardError
  /// The 95 % confidence interval of the mean, by Student's t.
  case confidence95
}

extension Interval {
  /// The mean of the results of several runs with their spread; one result has no interval.
  ///
  /// Traps without results.
  public init(meanOf results: [Double], _ spread: Spread) {
    precondition(!results.isEmpty, "Interval: there is no mean of no results")
    let mean = results.mean
    guard results.count > 1 else {
      self.init(mean)
      return
    }
    let reach: Double
    switch spread {
    case .range:
      self.init(mean: mean, low: results.min()!, high: results.max()!, count: results.count)
      return
    case .standardDeviation: reach = results.standardDeviation
    case .standardError: reach = results.standardDeviation / Double(results.count).squareRoot()
    case .confidence95:
      self = .student(results)
      return
    }
    self.init(mean: mean, low: mean - reach, high: mean + reach, count: results.count)
  }
}
