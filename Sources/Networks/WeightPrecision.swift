public import Layers
internal import Tensors

/// How exactly the weights of an archive are kept.
public enum WeightPrecision: String, Codable, Sendable, CaseIterable {
  /// As they were trained.
  case f32
  /// Kernels and matrices rounded to bfloat16, the nearest, in half the bytes; biases and
  /// statistics stay as they are.
  case bf16

  /// A trunk whose kernels and matrices are rounded to this precision; they are still computed with
  /// as single-precision numbers.
  public func rounded(_ trunk: Stack) -> Stack {
    guard self == .bf16 else { return trunk }
    var result = trunk
    result.transform { named in
      Self.isHeavy(named.tensor) ? Self.rounded(named.tensor) : named.tensor
    }
    return result
  }

  /// A tensor of a rounded trunk as files keep it.
  func stored(_ tensor: Tensor) -> Tensor {
    guard self == .bf16, Self.isHeavy(tensor) else { return tensor }
    return Tensor(tensor.floats, shape: tensor.shape, dtype: .bf16, on: .cpu)
  }

  private static func isHeavy(_ tensor: Tensor) -> Bool {
    tensor.dtype == .f32 && tensor.shape.rank > 1
  }

  /// To the nearest; of two as near the one whose last bit is zero.
  private static func rounded(_ tensor: Tensor) -> Tensor {
    let values = tensor.floats.map { value -> Float in
      let bits = value.bitPattern
      return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
    return Tensor(values, shape: tensor.shape, on: tensor.device)
  }
}
