internal import Tensors

/// How far a result may be from what it should be.
public struct Tolerance: Sendable {
  /// Allowed error as a share of the largest expected magnitude.
  public var relative: Double
  /// Allowed error besides.
  public var absolute: Double

  /// An error of `relative` times the largest expected magnitude, plus `absolute`.
  public init(relative: Double, absolute: Double = 0) {
    self.relative = relative
    self.absolute = absolute
  }
}

/// What is wrong with `found`, or nil where it agrees with `expected`.
///
/// Shapes and counts must be equal, every number finite, and the largest difference within
/// `tolerance`. The message names the worst element.
public func disagreement(
  of found: HostTensor, from expected: HostTensor, within tolerance: Tolerance
) -> String? {
  guard found.shape == expected.shape else {
    return "the shape is \(found.shape), expected \(expected.shape)"
  }
  for (name, tensor) in [("result", found), ("expectation", expected)] {
    guard tensor.values.count == tensor.shape.count else {
      return "the \(name) holds \(tensor.values.count) values for shape \(tensor.shape)"
    }
    if let i = tensor.values.firstIndex(where: { !$0.isFinite }) {
      return "element \(i) of the \(name) \(tensor.shape) is \(tensor.values[i])"
    }
  }
  let magnitude = expected.values.reduce(0) { max($0, abs($1)) }
  let allowed = tolerance.relative * magnitude + tolerance.absolute
  let errors = zip(found.values, expected.values).map { abs($0 - $1) }
  guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }), errors[worst] > allowed
  else { return nil }
  let wrong = errors.count { $0 > allowed }
  return """
    \(wrong) of \(errors.count) elements of \(found.shape) are off by more than \(allowed); \
    worst at \(worst): \(found.values[worst]), expected \(expected.values[worst])
    """
}
