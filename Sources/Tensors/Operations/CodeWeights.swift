public import Backends

extension Tensor {
  /// What each position of a loss weighs: as much as the first of its classes, or 1 where there are
  /// none; and nothing in images in which no element of this tensor is far from zero. It has no
  /// gradient.
  ///
  /// - Shapes: input [n, c, …]; classes (i32) [n, k, …]; result [n, 1, …].
  public func codeWeights(_ classes: Tensor?, _ parameters: CodeWeightParameters) -> Tensor {
    if let classes { requireSameDevice(classes, "codeWeights") }
    return Tensor(
      device.backend.codeWeights(storage, classes: classes?.storage, parameters), on: device)
  }
}
