/// A value and the interval around it: a mean over runs and how far they scatter.
public struct Interval: Sendable, Hashable {
  /// The value itself.
  public var value: Double
  /// The ends of the interval; both are the value where no interval is shown.
  public var low, high: Double

  /// A value with an interval around it.
  public init(_ value: Double, low: Double, high: Double) {
    (self.value, self.low, self.high) = (value, low, high)
  }

  /// A value alone.
  public init(_ value: Double) { self.init(value, low: value, high: value) }

  /// The mean of the results of several runs with their spread; one result has no interval.
  ///
  /// Traps without results.
  public init(meanOf results: [Double], _ spread: Spread) {
    guard !results.isEmpty else { fatalError("Interval: there is no mean of no results") }
    let count = Double(results.count)
    let mean = results.reduce(0, +) / count
    guard results.count > 1 else {
      self.init(mean)
      return
    }
    let squares = results.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (count - 1)).squareRoot()
    let reach: Double
    switch spread {
    case .range:
      self.init(mean, low: results.min()!, high: results.max()!)
      return
    case .standardDeviation: reach = deviation
    case .standardError: reach = deviation / count.squareRoot()
    case .confidence95:
      reach = Interval.student(freedom: results.count - 1) * deviation / count.squareRoot()
    }
    self.init(mean, low: mean - reach, high: mean + reach)
  }

  /// The quantile 0.975 of Student's t, to three digits; beyond 30 degrees by its expansion.
  static func student(freedom: Int) -> Double {
    let table = [
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
      2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
      2.052, 2.048, 2.045, 2.042,
    ]
    let degrees = Double(freedom)
    return freedom <= table.count
      ? table[freedom - 1] : 1.959964 + 2.372 / degrees + 2.822 / (degrees * degrees)
  }
}

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
