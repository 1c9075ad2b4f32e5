public import Randomness
public import Tensors

/// An affine map of each row.
public struct Dense: StackLayer {
  /// Matrix [out, in].
  public var weight: Tensor
  /// One number per output, or none.
  public var bias: Tensor?
  /// Whether max(x, 0) follows.
  public var relu: Bool

  /// A layer of a drawn matrix and constant biases.
  public init(
    _ inputs: Int, _ outputs: Int, relu: Bool = false, bias: Double? = 0,
    initializer: Initializer = .he, key: RandomKey, on device: Device
  ) {
    weight = initializer.tensor(shape: [outputs, inputs], key: key, on: device)
    self.bias = bias.map { Tensor(filledWith: $0, shape: [outputs], on: device) }
    self.relu = relu
  }

  /// Itself.
  public var kind: LayerKind { .dense(self) }

  /// Shapes: [n, in], or [n, c, h, w] flattened, to [n, out].
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let y = x.dense(weight.converted(to: x.dtype), bias: bias?.converted(to: x.dtype))
    return relu ? y.relu() : y
  }

  /// Visits `weight` and `bias`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.parameter("weight", &weight, .weight)
    bias.visit("bias", .bias, &visitor)
  }
}
