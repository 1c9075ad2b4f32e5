extension ReferenceBackend {
  /// Normalizes with the mean and the biased variance of the batch, found in two passes.
  public func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?) {
    let values = read(x)
    let (channels, plane) = (x.shape[1], x.shape.plane)
    let count = Double(x.shape[0] * plane)
    var mean = [Double](repeating: 0, count: channels)
    for i in values.indices { mean[i / plane % channels] += values[i] }
    for c in 0..<channels { mean[c] /= count }
    var variance = [Double](repeating: 0, count: channels)
    for i in values.indices {
      let c = i / plane % channels
      variance[c] += (values[i] - mean[c]) * (values[i] - mean[c])
    }
    for c in 0..<channels { variance[c] /= count }
    let y = normalized(
      x, values, mean, variance, scale: scale, shift: shift, epsilon: epsilon, relu: relu)
    let dtype = x.dtype.ofSums
    return (y, write(mean, [channels], dtype), write(variance, [channels], dtype), nil)
  }

  /// Normalizes with given statistics.
  public func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage {
    normalized(
      x, read(x), read(mean), read(variance), scale: scale, shift: shift, epsilon: epsilon,
      relu: relu)
  }

  /// With z = (x - mean) / sqrt(variance + epsilon): the shift gathers g, the scale gathers g z,
  /// and x receives scale / sqrt(variance + epsilon) times g, less what flows back through the
  /// batch's own statistics: mean(g) + z mean(g z).
  public func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool,
    rectified: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?) {
    let (channels, plane) = (x.shape[1], x.shape.plane)
    let count = Double(x.shape[0] * plane)
    let (means, factors) = (read(mean), read(scale, elsewhere: 1, channels))
    let spread = read(variance).map { ($0 + epsilon).squareRoot() }
    var gs = read(g)
    if relu { for (i, y) in read(y).enumerated() where y <= 0 { gs[i] = 0 } }
    var z = read(x)
    var sums = [Double](repeating: 0, count: channels)
    var products = sums
    for i in z.indices {
      let c = i / plane % channels
      z[i] = (z[i] - means[c]) / spread[c]
      sums[c] += gs[i]
      products[c] += gs[i] * z[i]
    }
    for i in z.indices {
      let c = i / plane % channels
      let through = ofBatch ? (sums[c] + z[i] * products[c]) / count : 0
      z[i] = factors[c] / spread[c] * (gs[i] - through)
    }
    return (
      write(z, x.shape, x.dtype), scale.map { write(products, [channels], $0.dtype) },
      shift.map { write(sums, [channels], $0.dtype) }
    )
  }

  private func normalized(
    _ x: Storage, _ values: [Double], _ mean: [Double], _ variance: [Double], scale: Storage?,
    shift: Storage?, epsilon: Double, relu: Bool
  ) -> Storage {
    let (channels, plane) = (x.shape[1], x.shape.plane)
    let factors = read(scale, elsewhere: 1, channels)
    let terms = read(shift, elsewhere: 0, channels)
    let spread = variance.map { ($0 + epsilon).squareRoot() }
    var y = values
    for i in y.indices {
      let c = i / plane % channels
      y[i] = (y[i] - mean[c]) / spread[c] * factors[c] + terms[c]
      if relu && y[i] < 0 { y[i] = 0 }
    }
    return write(y, x.shape, x.dtype)
  }

  private func read(_ x: Storage?, elsewhere value: Double, _ channels: Int) -> [Double] {
    x.map { read($0) } ?? [Double](repeating: value, count: channels)
  }
}
