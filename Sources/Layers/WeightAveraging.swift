public import Tensors

/// An optimizer that also keeps an exponential moving average of the weights that it steps.
///
/// The average is one more slot of each parameter, so checkpoints hold it and a resumed run goes on
/// with it, bit for bit. In step t it keeps the share min(`decay`, (t - 1) / (t + 8)) of itself:
/// nothing of the zeros it begins with, and little of the first weights. Running statistics are not
/// averaged; those of the last step go with the average.
/// - Source: Polyak & Juditsky 1992; the warm-up of TensorFlow's `ExponentialMovingAverage`; that
///   statistics stay as they are is the default of PyTorch's `AveragedModel`.
public struct WeightAveraging: Optimizer {
  /// The rule that takes the steps.
  public var base: any Optimizer
  /// The share of the average that stays, once it has warmed up.
  public var decay: Double
  /// What base and average remember.
  public var state = OptimizerState()

  /// The average of what `base` steps; traps unless `decay` lies in 0 ..< 1.
  public init(_ base: any Optimizer, decay: Double) {
    require((0..<1).contains(decay), "WeightAveraging: decay \(decay) is not in 0 ..< 1")
    self.base = base
    self.decay = decay
  }

  /// The name of the slot.
  public static let slotName = "average"

  /// The base's slots and the average.
  public var slotNames: [String] { base.slotNames + [Self.slotName] }

  /// The base's factors.
  public var multipliers: [Multiplier] {
    get { base.multipliers }
    set { base.multipliers = newValue }
  }

  /// Steps one parameter in place, and its average, which moves towards the parameter even where
  /// `scale` lets that stay as it is.
  public func update(
    _ parameter: inout Tensor, _ gradient: Tensor, slots: inout [Tensor], time: Int, rate: Double,
    decayFactor: Double, scale: Tensor
  ) {
    let average = slots.removeLast()
    base.update(
      &parameter, gradient, slots: &slots, time: time, rate: rate, decayFactor: decayFactor,
      scale: scale)
    let kept = min(decay, Double(time - 1) / Double(time + 8))
    slots.append(.combination(kept, average, 1 - kept, parameter))
  }
}

extension Optimizer {
  /// `model` with the averages of its weights, where this optimizer keeps any; else `model` itself.
  public func averaged<Model: Parameterized>(_ model: Model) -> Model {
    guard let slot = slotNames.firstIndex(of: WeightAveraging.slotName) else { return model }
    var copy = model
    copy.transform { state.slots[$0.name]?[slot] ?? $0.tensor }
    return copy
  }
}
