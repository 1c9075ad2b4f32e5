public import Randomness
public import Tensors

/// What a gradient claims along one direction, and what moving the input shows.
public struct GradientCheck: Sendable, CustomStringConvertible {
  /// Which input was moved.
  public let input: Int
  /// The slope found by moving it.
  public let measured: Double
  /// The slope that the gradient claims.
  public let claimed: Double
  /// Their difference, relative to the size that such a slope typically has; infinite where a
  /// number is not finite.
  public let error: Double

  /// The numbers in a line.
  public var description: String {
    "input \(input): measured slope \(measured), claimed \(claimed), relative error \(error)"
  }
}

/// Checks gradients by central differences on the reference device in double precision.
///
/// For a random direction d and a random weighting g of the output, <g, J d> is measured and must
/// equal <Jᵀg, d>: one direction per input, so the cost does not depend on its size.
/// - Source: the check of `jax.test_util.check_grads`.
public func checkGradients(
  _ inputs: [HostTensor], variables: [Int], key: RandomKey, step: Double = 1e-5,
  _ run: ([Tensor]) -> Tensor
) -> [GradientCheck] {
  func tensors(_ inputs: [HostTensor]) -> [Tensor] {
    inputs.map { $0.tensor(.f64, on: .reference) }
  }
  let (directionKey, weightKey) = key.split()
  var recorded = tensors(inputs)
  for variable in variables { recorded[variable] = recorded[variable].watched() }
  let y = run(recorded)
  let weights = normal(y.shape.count, weightKey)
  let claims = gradients(
    of: y, weightedBy: Tensor(weights, shape: y.shape, dtype: .f64, on: .reference),
    for: variables.map { recorded[$0] })

  return zip(variables, claims).map { variable, claim in
    let direction = normal(inputs[variable].values.count, directionKey.folding(variable))
    func moved(_ distance: Double) -> [Double] {
      var inputs = inputs
      for (i, d) in direction.enumerated() { inputs[variable].values[i] += distance * d }
      return run(tensors(inputs)).doubles
    }
    let measured = zip(weights, zip(moved(step), moved(-step))).reduce(0) { sum, term in
      sum + term.0 * (term.1.0 - term.1.1) / (2 * step)
    }
    let products = zip(claim.doubles, direction).map(*)
    let claimed = products.reduce(0, +)
    let typical = products.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let difference = abs(measured - claimed)
    let error =
      difference == 0
      ? 0 : difference / max(abs(measured), abs(claimed), typical)
    let isSound = claim.shape == inputs[variable].shape && error.isFinite
    return GradientCheck(
      input: variable, measured: measured, claimed: claimed, error: isSound ? error : .infinity)
  }
}

private func normal(_ count: Int, _ key: RandomKey) -> [Double] {
  var stream = key.stream()
  return (0..<count).map { _ in stream.normal() }
}
