/// A network that cannot be initialized from these pictures.
public struct InitializationError: Error, Equatable, CustomStringConvertible {
  /// The layer at fault, or nothing where it is the whole.
  public let layer: String
  /// What is wrong and what would help.
  public let problem: String

  /// An error about a layer.
  public init(layer: String = "", problem: String) {
    self.layer = layer
    self.problem = problem
  }

  /// Layer and problem.
  public var description: String {
    "initialization: " + (layer.isEmpty ? "" : "layer '\(layer)' ") + problem
  }
}
