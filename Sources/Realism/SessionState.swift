/// Where a session is, for the page: what to preload, what comes next.
public struct SessionState: Sendable, Codable, Equatable {
  /// A trial, without what would tell the fake.
  public struct Trial: Sendable, Codable, Equatable {
    /// Its number.
    public let number: Int
    /// Whether it has feedback and does not count.
    public let isPractice: Bool
  }

  /// What the person is called.
  public let person: String
  /// All trials, in order.
  public let trials: [Trial]
  /// The number of the next trial; that of all trials at the end.
  public let next: Int
  /// How long each picture of the next trial is to be shown, in milliseconds.
  public let exposure: Double
  /// How long nothing is shown between two pictures, in milliseconds.
  public let blank: Double
  /// The side of a picture in pixels.
  public let size: Int
}

/// What comes of a vote.
public struct VoteReceipt: Sendable, Codable, Equatable {
  /// The trial that comes next.
  public let next: Int
  /// The exposure of that trial, in milliseconds.
  public let exposure: Double
  /// Where the fake was; only of practice.
  public let fake: Side?
}

/// Why something is not done in a session.
public enum SessionRefusal: Error, Sendable, Equatable {
  /// The secret names no session, or one whose person was forgotten.
  case unknown
  /// The trial is not the next one, or there is none.
  case outOfOrder
  /// The numbers cannot be.
  case implausible
  /// The study has as many people as can be.
  case full
}
