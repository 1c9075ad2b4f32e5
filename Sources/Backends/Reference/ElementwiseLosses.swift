#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension ReferenceBackend {
  /// -t log s - (1 - t) log (1 - s) for s = 1 / (1 + exp(-x)), written so that nothing overflows.
  public func sigmoidCrossEntropy(_ logits: Storage, targets: Storage) -> Storage {
    zipped(logits, targets) { x, t in max(x, 0) - x * t + log1p(exp(-abs(x))) }
  }

  /// g (s - t).
  public func sigmoidCrossEntropyGradient(_ g: Storage, _ logits: Storage, targets: Storage)
    -> Storage
  {
    let slopes = zip(read(logits), read(targets)).map { x, t in
      (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))) - t
    }
    return write(zip(read(g), slopes).map(*), logits.shape, logits.dtype)
  }

  /// A parabola near 0 and straight lines elsewhere.
  public func smoothL1(_ x: Storage, targets: Storage, beta: Double) -> Storage {
    zipped(x, targets) { x, t in
      let d = abs(x - t)
      return d < beta ? d * d / (2 * beta) : d - beta / 2
    }
  }

  /// g times d / beta near 0 and the sign of d elsewhere; a NaN has none and stays.
  public func smoothL1Gradient(_ g: Storage, _ x: Storage, targets: Storage, beta: Double)
    -> Storage
  {
    let slopes = zip(read(x), read(targets)).map { x, t in
      let d = x - t
      return abs(d) < beta ? d / beta : d > 0 ? 1 : d < 0 ? -1 : d
    }
    return write(zip(read(g), slopes).map(*), x.shape, x.dtype)
  }
}
