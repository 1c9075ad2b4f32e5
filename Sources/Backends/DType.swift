/// The type of a tensor's elements.
public enum DType: String, Sendable, Codable, CaseIterable {
  /// IEEE 754 single precision.
  case f32
  /// bfloat16: the upper half of a single; sums are always kept in single precision.
  case bf16
  /// IEEE 754 double precision; only the reference backend computes in it.
  case f64
  /// 32-bit indices, such as class numbers; never differentiated.
  case i32

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .bf16: 2
    case .f32, .i32: 4
    case .f64: 8
    }
  }
}
