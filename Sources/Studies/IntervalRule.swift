public import Randomness
public import Statistics

/// How the 95 % interval of a mean over seeds is made.
public enum IntervalRule: String, Codable, Sendable, CaseIterable {
  /// Student's t below eight seeds, the bootstrap from there on.
  case automatic
  /// Student's t: right for scores that scatter normally, however few.
  case student
  /// The percentile bootstrap: no assumption on how scores scatter, but too narrow for few seeds.
  /// That of three is their range, which holds a normal mean in 75 of 100 repetitions and not 95.
  case bootstrap

  /// Seeds from which `automatic` takes the bootstrap.
  public static let enough = 8

  /// The rule for so many values: `student` or `bootstrap`.
  public func chosen(for count: Int) -> IntervalRule {
    self == .automatic ? (count < Self.enough ? .student : .bootstrap) : self
  }

  /// The mean of some values with its interval.
  public func interval(_ values: [Double], key: RandomKey) -> Interval {
    chosen(for: values.count) == .student
      ? .student(values) : .bootstrap(values, key: key)
  }

  /// Why this rule and not the other, for a report over so many seeds.
  public func reason(for count: Int) -> String {
    switch chosen(for: count) {
    case .bootstrap where count < Self.enough:
      """
      Intervals are percentile bootstraps over \(count) seeds, as the study asks. They are too \
      narrow for so few: that of three values is their range.
      """
    case .bootstrap:
      "Intervals are percentile bootstraps (10,000 resamples) over \(count) seeds, 95 %."
    default:
      """
      Intervals are Student's t over \(count) seeds, 95 %. The percentile bootstrap of so few is \
      too narrow (that of three values is their range, which holds a normal mean in 75 of 100 \
      repetitions); `summary.csv` has both.
      """
    }
  }
}
