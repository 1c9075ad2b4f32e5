public import Tensors

/// Adam (Kingma & Ba 2015), as PyTorch and as Caffe define it, and AdamW.
public struct Adam: Optimizer {
  /// The decay of the running mean of gradients.
  public var beta1: Double
  /// The decay of the running mean of squared gradients.
  public var beta2: Double
  /// Keeps the division finite.
  public var epsilon: Double
  /// The L2 penalty's weight (decoupled in AdamW).
  public var weightDecay: Double
  /// What epsilon is added to, and how weights decay.
  public var convention: AdamStep.Convention
  /// Factors per parameter.
  public var multipliers: [Multiplier]
  /// The running means and the step count.
  public var state = OptimizerState()
  /// The running means of gradients and of their squares.
  public let slotNames = ["mean", "meanSquare"]

  /// PyTorch's defaults unless told otherwise.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    convention: AdamStep.Convention = .pytorch, multipliers: [Multiplier] = []
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.convention = convention
    self.multipliers = multipliers
  }

  /// Steps one parameter in place.
  public func update(
    _ parameter: inout Tensor, _ gradient: Tensor, slots: inout [Tensor], time: Int, rate: Double,
    decayFactor: Double, scale: Tensor
  ) {
    let step = AdamStep(
      rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay * decayFactor, time: time, convention: convention)
    var square = slots.removeLast()
    var mean = slots.removeLast()
    parameter.stepAdam(gradient: gradient, mean: &mean, meanSquare: &square, scale: scale, step)
    slots = [mean, square]
  }
}
