/// How far a run came.
public struct RunStanding: Sendable, CustomStringConvertible {
  /// Steps taken, by the journal.
  private let steps: Int
  /// Steps that it is to take; nil where that is not known.
  private let iterations: Int?
  /// Whether its result is there, or where it has none, whether it took all its steps.
  public let isFinished: Bool

  /// A run that took so many steps of those that it is to take.
  public init(steps: Int, iterations: Int?, hasResult: Bool) {
    (self.steps, self.iterations) = (steps, iterations)
    isFinished = hasResult || iterations.map { $0 > 0 && steps >= $0 } ?? false
  }

  /// Such as `finished` or `step 300 of 1000`.
  public var description: String {
    isFinished ? "finished" : "step \(steps)" + (iterations.map { " of \($0)" } ?? "")
  }
}
