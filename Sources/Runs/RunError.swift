/// A run folder that cannot be used as asked.
public struct RunError: Error, Equatable, CustomStringConvertible {
  /// The folder, or a file in it.
  public let path: String
  /// What is wrong and what would help.
  public let problem: String

  /// An error about a run.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  /// Path and problem.
  public var description: String { "\(path): \(problem)" }
}
