/// Results that cannot be used or kept as asked: a run, its checkpoints, a study, a look at a
/// network.
public struct RunError: Error, Equatable, CustomStringConvertible {
  /// The folder or file.
  public let path: String
  /// What is wrong and what would help.
  public let problem: String

  /// An error about a folder or file.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// Path and problem.
  public var description: String { "\(path): \(problem)" }
}
