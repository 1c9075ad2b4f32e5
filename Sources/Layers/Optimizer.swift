public import Tensors

/// A rule that turns gradients into steps.
public protocol Optimizer {
  /// What the rule remembers between steps.
  var state: OptimizerState { get set }
  /// The factors of rate and decay per parameter.
  var multipliers: [Multiplier] { get set }
  /// The names of the tensors it keeps for each parameter, such as `momentum`.
  var slotNames: [String] { get }
  /// Steps one parameter in place. `slots` are its tensors in the order of `slotNames`, zero at
  /// first; `time` is 1 in the first step; `scale` [] multiplies the gradient before all else, and
  /// where it is NaN, the parameter stays as it is.
  func update(
    _ parameter: inout Tensor, _ gradient: Tensor, slots: inout [Tensor], time: Int, rate: Double,
    decayFactor: Double, scale: Tensor)
}

/// What an optimizer remembers: what a checkpoint must hold for a run to go on bit for bit.
public struct OptimizerState {
  /// Steps taken.
  public var time = 0
  /// The tensors of each parameter, in the order of the optimizer's `slotNames`.
  public var slots: [String: [Tensor]] = [:]

  /// Nothing yet.
  public init() {}
}

extension Optimizer {
  /// Takes one step with every parameter that has a gradient, which is multiplied by `scale` [], or
  /// by 1. Nothing is waited for: where `scale` is NaN, the device leaves all parameters as they
  /// are, though steps are counted.
  public mutating func step(
    _ model: inout some Parameterized, _ gradients: Gradients, rate: Double, scale: Tensor? = nil
  ) {
    guard let device = gradients.first?.value.device else {
      state.time += 1
      return
    }
    var visitor = StepVisitor(
      state: state, rule: self, gradients: gradients, rate: rate,
      scale: scale ?? Tensor(filledWith: 1, shape: [], on: device))
    // The visitor must own the state alone, or every slot would be copied before it is written.
    state = OptimizerState()
    visitor.rule.state = OptimizerState()
    visitor.state.time += 1
    device.steppingTogether { model.visit(&visitor) }
    state = visitor.state
  }
}

private struct StepVisitor<Rule: Optimizer>: ParameterVisitor {
  var path: [String] = []
  var state: OptimizerState
  var rule: Rule
  let gradients: Gradients
  let rate: Double
  let scale: Tensor

  mutating func parameter(_ name: String, _ tensor: inout Tensor, _ role: ParameterRole) {
    let name = fullName(name)
    guard let gradient = gradients[name] else { return }
    let factors = rule.multipliers.factors(for: name, role: role)
    guard factors.rate != 0 else { return }
    // Before its slots are made, so that they lie like it and may have the memory that it leaves.
    tensor.makeOwned(like: gradient)
    var slots =
      state.slots.removeValue(forKey: name) ?? rule.slotNames.map { _ in tensor.zeros }
    rule.update(
      &tensor, gradient, slots: &slots, time: state.time, rate: rate * factors.rate,
      decayFactor: factors.decay, scale: scale)
    state.slots[name] = slots
  }
}
