public import Backends

extension Tensor {
  /// The code of each position over the centers nearest to it, nearest first and the lower index
  /// first among equals, with Gaussian shares that sum to 1; and the shares' entropy in nats. It
  /// has no gradient. A position that is not finite traps.
  ///
  /// - Shapes: input [n, channels, …]; classes (i32) and shares [n, neighbors, …]; entropy
  ///   [n, 1, …].
  /// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.1.
  public func softCode(
    _ parameters: SoftCodeParameters
  ) -> (classes: Tensor, shares: Tensor, entropy: Tensor) {
    let code = device.backend.softCode(storage, parameters)
    return (
      Tensor(code.classes, on: device), Tensor(code.shares, on: device),
      Tensor(code.entropy, on: device)
    )
  }
}
