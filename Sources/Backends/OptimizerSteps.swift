/// One step of stochastic gradient descent with momentum.
public struct SGDStep: Hashable, Sendable {
  /// Where the learning rate enters.
  public enum Convention: Hashable, Sendable {
    /// v = m v + g;  p = p - rate v.
    case pytorch
    /// v = m v + rate g;  p = p - v. It differs after the learning rate changes.
    case caffe
  }
  /// The learning rate.
  public var rate: Double
  /// The share of the momentum buffer that is kept.
  public var momentum: Double
  /// The weight of the L2 penalty's gradient, added to the gradient.
  public var weightDecay: Double
  /// How much less of a new gradient enters the momentum buffer (PyTorch's option).
  public var dampening: Double
  /// Whether to look ahead along the momentum.
  public var nesterov: Bool
  /// Where the learning rate enters.
  public var convention: Convention
  /// Whether the momentum buffer holds nothing yet (PyTorch then starts it with the gradient).
  public var isFirst: Bool

  /// Plain gradient descent unless told otherwise.
  public init(
    rate: Double, momentum: Double = 0, weightDecay: Double = 0, dampening: Double = 0,
    nesterov: Bool = false, convention: Convention = .pytorch, isFirst: Bool = false
  ) {
    self.rate = rate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.dampening = dampening
    self.nesterov = nesterov
    self.convention = convention
    self.isFirst = isFirst
  }
}

/// One step of Adam (Kingma & Ba 2015).
public struct AdamStep: Hashable, Sendable {
  /// What epsilon is added to, and how weights decay.
  public enum Convention: Hashable, Sendable {
    /// p -= rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps); decay is added to the gradient.
    case pytorch
    /// p -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps); decay is added to the gradient.
    case caffe
    /// As `pytorch`, but p is first multiplied by 1 - rate decay (AdamW).
    case decoupled
  }
  /// The learning rate.
  public var rate: Double
  /// The decay of the running mean of gradients.
  public var beta1: Double
  /// The decay of the running mean of squared gradients.
  public var beta2: Double
  /// Keeps the division finite.
  public var epsilon: Double
  /// The weight of the L2 penalty's gradient, or of the decay itself in AdamW.
  public var weightDecay: Double
  /// 1 for the first step.
  public var time: Int
  /// What epsilon is added to, and how weights decay.
  public var convention: Convention

  /// A step with PyTorch's defaults unless told otherwise.
  public init(
    rate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, time: Int, convention: Convention = .pytorch
  ) {
    self.rate = rate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.time = time
    self.convention = convention
  }
}
