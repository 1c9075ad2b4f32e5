internal import CKernels

/// ReLU behind a convolution of oneDNN. Its own is free, but it is an instruction for maxima that
/// makes a NaN a zero: so either none comes in, or ReLU is a pass of ours over the result. (One
/// that arises inside, where sums leave the range of a float both ways, becomes a zero all the
/// same.)
extension CPUBackend {
  /// Whether oneDNN may rectify what it convolves: all operands are finite, and to look at them is
  /// less than a pass over the result (which reads, writes, and fetches what it writes).
  func mayRectify(_ x: Storage, _ w: Storage, _ bias: Storage?, result: Shape) -> Bool {
    x.shape.count + w.shape.count < 2 * result.count
      && isFinite(x) && isFinite(w) && (bias.map(isFinite) ?? true)
  }

  /// Whether no element is infinite or a NaN.
  func isFinite(_ x: Storage) -> Bool {
    withExtendedLifetime(x) { ck_is_finite(operand(x), elementCount(x)) != 0 }
  }

  /// ReLU in place, on memory that nobody else has seen yet.
  func rectify(_ y: Storage) { elementwise(CK_RELU, [y, y], [0]) }
}
