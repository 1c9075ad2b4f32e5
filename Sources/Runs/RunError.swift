/// A state of a run that is not saved, because it holds numbers that are not finite.
package struct NonFiniteState: Error, CustomStringConvertible {
  /// Where it was to be saved.
  package let path: String
  /// The tensor that holds them.
  package let tensor: String

  /// File and tensor.
  package var description: String {
    "\(path): not saved: tensor '\(tensor)' holds numbers that are not finite"
  }
}

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
