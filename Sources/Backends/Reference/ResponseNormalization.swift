#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension ReferenceBackend {
  /// y = x / d^beta, where d = k + alpha / size times the sum of squares over `size` neighboring
  /// channels (size / 2 before, (size - 1) / 2 after).
  public func responseNormalization(_ x: Storage, _ p: LRNParameters) -> (
    y: Storage, workspace: Storage?
  ) {
    let values = read(x)
    let divisors = divisors(values, x.shape, p)
    let y = values.indices.map { values[$0] * pow(divisors[$0], -p.beta) }
    return (write(y, x.shape, x.dtype), nil)
  }

  /// x receives g / d^beta directly, and -2 alpha beta / size x times the sum of g x / d^(beta + 1)
  /// over the outputs in whose window it lies.
  public func responseNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, workspace: Storage?, _ p: LRNParameters
  ) -> Storage {
    let (values, gs) = (read(x), read(g))
    let divisors = divisors(values, x.shape, p)
    let (channels, plane) = (x.shape[1], x.shape.plane)
    var result = values.indices.map { gs[$0] * pow(divisors[$0], -p.beta) }
    let factor = -2 * p.alpha * p.beta / Double(p.size)
    for i in values.indices {
      let c = i / plane % channels
      let sent = factor * gs[i] * values[i] * pow(divisors[i], -p.beta - 1)
      for neighbor in p.window(c, channels) {
        let j = i + (neighbor - c) * plane
        result[j] += sent * values[j]
      }
    }
    return write(result, x.shape, g.dtype)
  }

  private func divisors(_ x: [Double], _ shape: Shape, _ p: LRNParameters) -> [Double] {
    let (channels, plane) = (shape[1], shape.plane)
    return x.indices.map { i in
      let c = i / plane % channels
      var sum = 0.0
      for neighbor in p.window(c, channels) {
        let value = x[i + (neighbor - c) * plane]
        sum += value * value
      }
      return p.k + p.alpha / Double(p.size) * sum
    }
  }
}

extension LRNParameters {
  fileprivate func window(_ c: Int, _ channels: Int) -> Range<Int> {
    max(c - size / 2, 0)..<min(c + (size - 1) / 2 + 1, channels)
  }
}
