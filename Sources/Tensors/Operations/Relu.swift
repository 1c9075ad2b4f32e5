internal import Backends

extension Tensor {
  /// max(x, 0), element by element. The gradient at 0 is 0.
  public func relu() -> Tensor { leakyRelu(slope: 0) }

  /// x where x > 0, `slope` x elsewhere; `slope` is not negative.
  ///
  /// - Source: Maas et al., "Rectifier nonlinearities improve neural network acoustic models",
  ///   2013.
  public func leakyRelu(slope: Double = 0.01) -> Tensor {
    require(slope >= 0, "leakyRelu: the slope \(slope) is negative")
    let backend = device.backend
    let y = backend.relu(storage, slope: slope)
    return Tensor(y, from: [self]) { g, _ in [backend.reluGradient(g, output: y, slope: slope)] }
  }
}
