public import Tensors

/// The type of numbers between the layers.
public enum Precision: String, Codable, Sendable, CaseIterable {
  /// Single precision.
  case f32
  /// bfloat16; sums, statistics, weights and the optimizer stay in single precision.
  case bf16

  /// The type of the network's input.
  public var dtype: DType { self == .f32 ? .f32 : .bf16 }
}

extension Tensor {
  /// The same numbers in single precision where they were in half: losses are computed in it.
  public var inFullPrecision: Tensor { dtype == .bf16 ? converted(to: .f32) : self }
}
