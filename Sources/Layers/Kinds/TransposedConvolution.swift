public import Randomness
public import Tensors

/// The adjoint of a strided convolution: learned upsampling.
public struct TransposedConvolution: StackLayer {
  /// Filters [ci, co / groups, kh, kw].
  public var weight: Tensor
  /// One number per output channel, or none.
  public var bias: Tensor?
  /// Step between the windows of neighboring inputs.
  public var stride: Pair
  /// What is cut off on each side.
  public var padding: Pair
  /// Blocks of channels that do not see one another.
  public var groups: Int
  /// Whether max(x, 0) follows.
  public var relu: Bool

  /// A layer of drawn filters and zero biases. `channels` go in, `filters` come out.
  public init(
    _ channels: Int, _ filters: Int, kernel: Pair, stride: Pair, padding: Pair = 0,
    groups: Int = 1, relu: Bool = false, bias: Bool = true, initializer: Initializer = .he,
    key: RandomKey, on device: Device
  ) {
    weight = initializer.tensor(
      shape: [channels, filters / groups, kernel.height, kernel.width], key: key, on: device)
    self.bias = bias ? Tensor(filledWith: 0, shape: [filters], on: device) : nil
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.relu = relu
  }

  /// Itself.
  public var kind: LayerKind { .transposedConvolution(self) }

  /// Shapes: [n, ci, h, w] to [n, co, h', w'] with h' about `stride` h.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.transposedConvolution(
      weight, bias: bias, stride: stride, padding: padding, groups: groups, relu: relu)
  }

  /// Visits `weight` and `bias`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.parameter("weight", &weight, .weight)
    bias.visit("bias", .bias, &visitor)
  }
}
