public import Statistics

/// What came out for a method.
public struct MethodResult: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// People and trials that count.
  public let people: Int, trials: Int
  /// How often the photograph was taken for the fake, in percent, with the 95 % interval over
  /// people; nil without trials.
  public let rate: Interval?
  /// The standard error by the two-level bootstrap, in points.
  public let standardError: Double?
  /// The median time to answer, in milliseconds.
  public let medianResponse: Double?
  /// The mean exposure at which three of four answers are right, in milliseconds, over people;
  /// staircases only.
  public let threshold: Interval?
}

/// Two methods beside each other.
public struct MethodDifference: Sendable, Equatable {
  /// The methods, by their places.
  public let first: Int, second: Int
  /// The first one's rate minus the second's, in points, with the 95 % interval over people: paired
  /// where people have both.
  public let difference: Interval
}
