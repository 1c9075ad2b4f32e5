internal import Text

/// A number and the interval around it: as a rule the one that holds the truth in 95 of 100
/// repetitions.
public struct Interval: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The estimate.
  public let mean: Double
  /// The lower end; the mean itself where there is only one value.
  public let low: Double
  /// The upper end; the mean itself where there is only one value.
  public let high: Double
  /// The number of values it rests on.
  public let count: Int

  /// An interval.
  public init(mean: Double, low: Double, high: Double, count: Int) {
    self.mean = mean
    self.low = low
    self.high = high
    self.count = count
  }

  /// A value alone, without an interval.
  public init(_ value: Double) { self.init(mean: value, low: value, high: value, count: 1) }

  /// Whether zero lies outside: for a difference, whether it is significant at 5 %.
  public var excludesZero: Bool { count > 1 && (low > 0 || high < 0) }

  /// Mean and ends, such as `0.512 [0.498, 0.526]`.
  public var description: String { formatted(digits: 3) }

  /// Mean and ends with this many digits after the point; `n = 1` where there is no interval.
  public func formatted(digits: Int) -> String {
    let mean = Table.number(mean, digits: digits)
    if count == 1 { return "\(mean) (n = 1)" }
    return "\(mean) [\(Table.number(low, digits: digits)), \(Table.number(high, digits: digits))]"
  }
}

extension Sequence<Double> {
  /// The arithmetic mean; not a number where there is nothing.
  public var mean: Double {
    let (sum, count) = reduce((0.0, 0)) { ($0.0 + $1, $0.1 + 1) }
    return sum / Double(count)
  }

  /// The standard deviation of the sample (divided by n - 1); not a number below two values.
  public var standardDeviation: Double {
    let (mean, count) = (self.mean, reduce(0) { n, _ in n + 1 })
    guard count > 1 else { return .nan }
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
