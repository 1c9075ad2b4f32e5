public import Randomness
public import Statistics

/// How the 95 % interval of a mean over seeds is made.
public enum IntervalRule: String, Codable, Sendable, CaseIterable {
  /// Student's t, however many seeds.
  case automatic
  /// Student's t: right for scores that scatter normally, however few; of two seeds their range.
  case student
  /// The percentile bootstrap, too narrow for few seeds: of a normal mean it holds the truth in 75
  /// of 100 repetitions for three seeds, 89 for eight and 91 for sixteen (results/intervals).
  case bootstrap

  /// The rule itself: `student` or `bootstrap`.
  public var chosen: IntervalRule { self == .automatic ? .student : self }

  /// The mean of some values with its interval.
  public func interval(_ values: [Double], key: RandomKey) -> Interval {
    chosen == .student
      ? .student(values) : .bootstrap(values, key: key)
  }

  /// What the intervals are, for a report over so many seeds.
  public func reason(for count: Int) -> String {
    switch chosen {
    case .bootstrap:
      """
      Intervals are percentile bootstraps (10,000 resamples) over \(count) seeds, as the study \
      asks. They are narrower than 95 % intervals: of a normal mean they hold the truth in 75 of \
      100 repetitions for 3 seeds, 89 for 8, 91 for 16.
      """
    case .automatic, .student:
      """
      Intervals are Student's t over \(count) seeds, 95 %; two seeds give their range. The \
      percentile bootstrap of few is too narrow (that of three values is their range, which holds \
      a normal mean in 75 of 100 repetitions); `summary.csv` has both.
      """
    }
  }
}
