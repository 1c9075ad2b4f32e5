public import Layers
public import Tensors

/// A trunk that learns features and a head that uses them for one task.
///
/// The exported extractor is `trunk`; a transfer model is the same trunk with another head.
public struct Network: Layer {
  /// Features.
  public var trunk: Stack
  /// What a task makes of them.
  public var head: Stack

  /// A network of these parts.
  public init(trunk: Stack, head: Stack) {
    self.trunk = trunk
    self.head = head
  }

  /// The head's output.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let features = trunk.forward(x, &pass)
    return head.forward(features, &pass)
  }

  /// Visits the trunk's tensors under their own names and the head's under `head`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    trunk.visit(&visitor)
    visitor.part("head", &head)
  }
}
