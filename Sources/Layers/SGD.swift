public import Tensors

/// Stochastic gradient descent with momentum, as Caffe and as PyTorch define it.
public struct SGD: Optimizer {
  /// The share of the momentum buffer that is kept.
  public var momentum: Double
  /// The L2 penalty's weight, added to the gradient.
  public var weightDecay: Double
  /// Whether to look ahead along the momentum (Nesterov).
  public var nesterov: Bool
  /// Where the learning rate enters.
  public var convention: SGDStep.Convention
  /// Factors per parameter.
  public var multipliers: [Multiplier]
  /// The momentum buffers and the step count.
  public var state = OptimizerState()

  /// Plain gradient descent unless told otherwise.
  public init(
    momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false,
    convention: SGDStep.Convention = .pytorch, multipliers: [Multiplier] = []
  ) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
    self.convention = convention
    self.multipliers = multipliers
  }

  /// The momentum buffer, where there is momentum.
  public var slotNames: [String] { momentum == 0 ? [] : ["momentum"] }

  /// Steps one parameter in place.
  public func update(
    _ parameter: inout Tensor, _ gradient: Tensor, slots: inout [Tensor], time: Int, rate: Double,
    decayFactor: Double, scale: Tensor
  ) {
    let step = SGDStep(
      rate: rate, momentum: momentum, weightDecay: weightDecay * decayFactor, nesterov: nesterov,
      convention: convention, isFirst: time == 1)
    var buffer = slots.popLast()
    parameter.stepSGD(gradient: gradient, momentum: &buffer, scale: scale, step)
    if let buffer { slots.append(buffer) }
  }
}
