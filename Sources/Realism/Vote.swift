/// What a person did in a trial.
public struct Vote: Sendable, Codable, Equatable {
  /// How it was given.
  public enum Input: String, Sendable, Codable, CaseIterable {
    /// With a key.
    case key
    /// With a mouse.
    case mouse
    /// With a finger or a pen.
    case touch
  }

  /// The person's number.
  public let person: Int
  /// The trial's number.
  public let trial: Int
  /// The side that was taken for the fake.
  public let choice: Side
  /// How it was given.
  public let input: Input
  /// Milliseconds from the question to the answer.
  public let response: Double
  /// How long each picture was asked to be shown, in milliseconds.
  public let exposure: Double
  /// How long the left and the right picture were shown, in milliseconds, as the frames were.
  public let shown: [Double]
  /// Whether one of them was off by more than a frame and a half, or the page was not to be seen.
  public let isLate: Bool

  /// A vote.
  public init(
    person: Int, trial: Int, choice: Side, input: Input, response: Double, exposure: Double,
    shown: [Double], isLate: Bool
  ) {
    (self.person, self.trial, self.choice, self.input) = (person, trial, choice, input)
    (self.response, self.exposure, self.shown, self.isLate) = (response, exposure, shown, isLate)
  }

  /// Whether the numbers can be.
  var isPlausible: Bool {
    (0...1e8).contains(response) && shown.count == 2
      && shown.allSatisfy { (0...1e8).contains($0) }
  }
}
