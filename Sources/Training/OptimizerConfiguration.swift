internal import Configurations
public import Layers
internal import Tensors

/// Which optimizer, and its constants.
public struct OptimizerConfiguration: Codable, Hashable, Sendable {
  /// The known rules.
  public enum Rule: String, Codable, Sendable, CaseIterable {
    /// Stochastic gradient descent with momentum, PyTorch's convention.
    case sgd
    /// The same in Caffe's convention.
    case sgdCaffe = "sgd-caffe"
    /// Adam in PyTorch's convention.
    case adam
    /// Adam in Caffe's convention.
    case adamCaffe = "adam-caffe"
    /// Adam with decoupled weight decay.
    case adamW = "adamw"
  }

  /// The rule.
  public var rule: Rule = .adam
  /// SGD: the share of the momentum buffer that is kept.
  public var momentum: Double = 0.9
  /// SGD: whether to look ahead along the momentum.
  public var nesterov: Bool = false
  /// Adam: the decay of the running mean of gradients.
  public var beta1: Double = 0.9
  /// Adam: the decay of the running mean of squared gradients.
  public var beta2: Double = 0.99
  /// Adam: keeps the division finite.
  public var epsilon: Double = 1e-8
  /// The weight of the L2 penalty's gradient.
  public var weightDecay: Double = 0
  /// Whether biases learn twice as fast and do not decay (Caffe's habit).
  public var caffeBiases: Bool = false
  /// Gradients are scaled down to this norm where they exceed it; 0 leaves them alone.
  public var clipNorm: Double = 0
  /// The decay of a moving average of the weights, such as 0.999; 0 keeps none. Where there is one,
  /// evaluations and whatever reads the run's checkpoints use it.
  public var averaging: Double = 0

  /// The paper's Adam.
  public init() {}

  /// Throws at the first constant that no run can have.
  func check() throws {
    for (setting, value) in [
      ("epsilon", epsilon), ("weightDecay", weightDecay), ("clipNorm", clipNorm),
    ] where !(value >= 0 && value.isFinite) {
      throw ConfigurationError(
        place: "optimizer.\(setting)", problem: "must be finite and not negative, it is \(value)")
    }
    for (setting, value) in [
      ("momentum", momentum), ("beta1", beta1), ("beta2", beta2), ("averaging", averaging),
    ] where !(0..<1).contains(value) {
      throw ConfigurationError(
        place: "optimizer.\(setting)", problem: "must lie in 0 ..< 1, it is \(value)")
    }
  }

  /// The optimizer, with weight decay multiplied by `decayFactor`; `own` are the factors that a
  /// task wants besides.
  public func build(decayFactor: Double = 1, multipliers own: [Multiplier] = []) -> any Optimizer {
    let decay = weightDecay * decayFactor
    let multipliers = (caffeBiases ? [.caffeBiases] : []) + own
    func sgd(_ convention: SGDStep.Convention) -> SGD {
      SGD(
        momentum: momentum, weightDecay: decay, nesterov: nesterov, convention: convention,
        multipliers: multipliers)
    }
    func adam(_ convention: AdamStep.Convention) -> Adam {
      Adam(
        beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay, convention: convention,
        multipliers: multipliers)
    }
    let base: any Optimizer =
      switch rule {
      case .sgd: sgd(.pytorch)
      case .sgdCaffe: sgd(.caffe)
      case .adam: adam(.pytorch)
      case .adamCaffe: adam(.caffe)
      case .adamW: adam(.decoupled)
      }
    return averaging > 0 ? WeightAveraging(base, decay: averaging) : base
  }
}
