internal import Backends
public import Randomness

extension Tensor {
  /// Sets a share `rate` of the elements to zero and divides the rest by 1 - `rate`.
  ///
  /// The same key drops the same elements on every device.
  /// - Source: Srivastava et al. 2014, in the inverted form.
  public func dropout(rate: Double, key: RandomKey) -> Tensor {
    require((0..<1).contains(rate), "dropout: the rate \(rate) is outside [0, 1)")
    guard rate > 0 else { return self }
    let mask = device.backend.dropoutMask(shape: shape, dtype: dtype, keep: 1 - rate, key: key)
    return self * Tensor(mask, on: device)
  }
}
