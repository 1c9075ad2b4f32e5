internal import Text

/// A number and what lies around it: as a rule the interval that holds the truth in 95 of 100
/// repetitions, else a range, which promises nothing.
public struct Interval: Sendable, Hashable, CustomStringConvertible {
  /// The estimate.
  public let mean: Double
  /// The lower end; the mean itself where there is only one value.
  public let low: Double
  /// The upper end; the mean itself where there is only one value.
  public let high: Double
  /// The number of values it rests on.
  public let count: Int
  /// Whether the ends are a range of what was found and no 95 % interval: too few values, or one
  /// that outweighs the others.
  public let isRange: Bool

  /// An interval.
  public init(mean: Double, low: Double, high: Double, count: Int, isRange: Bool = false) {
    self.mean = mean
    self.low = low
    self.high = high
    self.count = count
    self.isRange = isRange
  }

  /// A value alone, without an interval.
  public init(_ value: Double) { self.init(mean: value, low: value, high: value, count: 1) }

  /// Whether zero lies outside: for a difference, whether it is significant at 5 %. A range tells
  /// nothing of that.
  public var excludesZero: Bool { count > 1 && !isRange && (low > 0 || high < 0) }

  /// In another unit: mean and ends times a positive factor.
  public func scaled(by factor: Double) -> Interval {
    Interval(
      mean: factor * mean, low: factor * low, high: factor * high, count: count, isRange: isRange)
  }

  /// With ends that lie within what the number can be, such as 0 to 100 for percentages.
  public func clamped(to bounds: ClosedRange<Double>) -> Interval {
    Interval(
      mean: mean, low: max(low, bounds.lowerBound), high: min(high, bounds.upperBound),
      count: count, isRange: isRange)
  }

  /// Mean and ends, such as `0.512 [0.498, 0.526]`.
  public var description: String { formatted(digits: 3) }

  /// Mean and ends with this many digits after the point; `n = 1` where there is no interval, and
  /// `0.512 (range 0.498 to 0.526)` for a range.
  public func formatted(digits: Int) -> String {
    let mean = Table.number(mean, digits: digits)
    if count == 1 { return "\(mean) (n = 1)" }
    let ends = [low, high].map { Table.number($0, digits: digits) }
    return isRange
      ? "\(mean) (range \(ends[0]) to \(ends[1]))" : "\(mean) [\(ends[0]), \(ends[1])]"
  }
}

extension Interval: Codable {
  private enum CodingKeys: String, CodingKey { case mean, low, high, count, isRange }

  /// Reads an interval; one that does not say what it is, as in files of earlier versions, is no
  /// range.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      mean: try values.decode(Double.self, forKey: .mean),
      low: try values.decode(Double.self, forKey: .low),
      high: try values.decode(Double.self, forKey: .high),
      count: try values.decode(Int.self, forKey: .count),
      isRange: try values.decodeIfPresent(Bool.self, forKey: .isRange) ?? false)
  }

  /// Writes an interval; only a range says what it is.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(mean, forKey: .mean)
    try values.encode(low, forKey: .low)
    try values.encode(high, forKey: .high)
    try values.encode(count, forKey: .count)
    if isRange { try values.encode(true, forKey: .isRange) }
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
