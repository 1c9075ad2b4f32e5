public import Statistics

/// How often a picture of a method fooled people.
public struct PictureResult: Sendable, Equatable {
  /// The method and the picture, by their places in the study.
  public let method: Int, picture: Int
  /// Trials that count, and those in which the photograph was taken for the fake.
  public let shown: Int, fooled: Int

  /// The share of them, with Wilson's interval.
  public var share: Interval { Interval.share(fooled, of: shown) }
}
