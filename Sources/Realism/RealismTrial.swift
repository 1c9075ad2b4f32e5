/// Where a picture stands.
public enum Side: String, Sendable, Codable, CaseIterable {
  /// Shown first.
  case left
  /// Shown second.
  case right
}

/// A pair that a person is shown.
public struct RealismTrial: Sendable, Equatable {
  /// What a trial is for.
  public enum Kind: String, Sendable, Codable {
    /// With feedback, not counted.
    case practice
    /// Counted.
    case test
    /// Against random colors, which everybody awake sees.
    case vigilance
  }

  /// Its place in the session, from 0.
  public let number: Int
  /// What it is for.
  public let kind: Kind
  /// The method, by its place in the study; nil for random colors.
  public let method: Int?
  /// The picture, by its place in the study.
  public let picture: Int
  /// Where the recolored picture stands.
  public let fake: Side
}
