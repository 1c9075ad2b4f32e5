public import Randomness
public import Tensors

/// A bank of filters, optionally rectified.
public struct Convolution: StackLayer {
  /// Filters [co, ci / groups, kh, kw].
  public var weight: Tensor
  /// One number per filter, or none.
  public var bias: Tensor?
  /// Stride, padding, dilation, groups and whether a ReLU follows.
  public var parameters: ConvolutionParameters

  /// A layer of these tensors.
  public init(weight: Tensor, bias: Tensor?, _ parameters: ConvolutionParameters) {
    self.weight = weight
    self.bias = bias
    self.parameters = parameters
  }

  /// A layer of drawn filters and zero biases. `channels` go in, `filters` come out.
  public init(
    _ channels: Int, _ filters: Int, kernel: Pair, _ parameters: ConvolutionParameters = .init(),
    bias: Bool = true, initializer: Initializer = .he, key: RandomKey, on device: Device
  ) {
    require(
      channels % parameters.groups == 0 && filters % parameters.groups == 0,
      "Convolution: \(channels) and \(filters) channels do not form \(parameters.groups) groups"
    )
    weight = initializer.tensor(
      shape: [filters, channels / parameters.groups, kernel.height, kernel.width], key: key,
      on: device)
    self.bias = bias ? Tensor(filledWith: 0, shape: [filters], on: device) : nil
    self.parameters = parameters
  }

  /// Itself.
  public var kind: LayerKind { .convolution(self) }

  /// Shapes: [n, ci, h, w] to [n, co, h', w']. Parameters are converted to the type of `x`.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.convolution(
      weight, bias: bias, parameters)
  }

  /// Visits `weight` and `bias`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    visitor.parameter("weight", &weight, .weight)
    bias.visit("bias", .bias, &visitor)
  }
}

extension Optional where Wrapped == Tensor {
  /// Visits the tensor where there is one.
  mutating func visit(
    _ name: String, _ role: ParameterRole, _ visitor: inout some ParameterVisitor
  ) {
    guard var tensor = self else { return }
    self = nil  // so that the visitor sees the only reference and may work in place
    visitor.parameter(name, &tensor, role)
    self = tensor
  }
}
