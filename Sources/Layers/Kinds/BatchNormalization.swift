public import Tensors

/// Normalization of each channel, by the batch in training and by running statistics afterwards.
///
/// - Source: Ioffe & Szegedy 2015. Without gain and offset it is Caffe's BatchNorm layer.
public struct BatchNormalization: StackLayer {
  /// Learned gain per channel, or none.
  public var scale: Tensor?
  /// Learned offset per channel, or none.
  public var shift: Tensor?
  /// Running mean per channel.
  public var mean: Tensor
  /// Running unbiased variance per channel.
  public var variance: Tensor
  /// Added to the variance.
  public var epsilon: Double
  /// How much of a new batch enters the running statistics (PyTorch's momentum, 1 - Caffe's).
  public var momentum: Double
  /// Whether max(x, 0) follows in the same kernel.
  public var relu: Bool

  /// A layer for `channels` channels whose running statistics are those of white noise.
  public init(
    _ channels: Int, affine: Bool = false, epsilon: Double = 1e-5, momentum: Double = 0.1,
    relu: Bool = false, on device: Device
  ) {
    scale = affine ? Tensor(filledWith: 1, shape: [channels], on: device) : nil
    shift = affine ? Tensor(filledWith: 0, shape: [channels], on: device) : nil
    mean = Tensor(filledWith: 0, shape: [channels], on: device)
    variance = Tensor(filledWith: 1, shape: [channels], on: device)
    self.epsilon = epsilon
    self.momentum = momentum
    self.relu = relu
  }

  /// Itself.
  public var kind: LayerKind { .batchNormalization(self) }

  /// Shapes: [n, c, h, w] to the same.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    guard pass.isTraining && !pass.freezesStatistics else {
      return x.batchNormalized(
        mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon, relu: relu)
    }
    let result = x.batchNormalized(scale: scale, shift: shift, epsilon: epsilon, relu: relu)
    let count = Double(x.shape.count / x.shape[1])
    let unbiased = count > 1 ? count / (count - 1) : 1
    mean = .combination(1 - momentum, mean, momentum, result.mean)
    variance = .combination(1 - momentum, variance, momentum * unbiased, result.variance)
    return result.output
  }

  /// Visits `weight` and `bias` where there are any, `running_mean` and `running_var`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    scale.visit("weight", .scale, &visitor)
    shift.visit("bias", .shift, &visitor)
    visitor.parameter("running_mean", &mean, .statistic)
    visitor.parameter("running_var", &variance, .statistic)
  }
}
