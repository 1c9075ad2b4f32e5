internal import CKernels

// Own kernels: oneDNN sums a batch in single precision, which loses the variance beside a large
// mean, in an order that the number of threads decides; and its ReLU turns NaN into a number.

extension CPUBackend {
  /// Normalizes with the mean and the biased variance of the batch, which are computed in double
  /// precision and returned in single precision; the workspace keeps all their digits.
  public func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?) {
    let x = inBlocks(x)
    let statistics = statistics(ofBatch: x)
    let y = normalized(x, coefficients(x, statistics, scale, shift, epsilon), relu: relu)
    let workspace = Storage(
      shape: [0], dtype: .i32, buffer: pool.buffer(byteCount: 4), layout: .custom(statistics))
    return (
      y, store(statistics.mean, shape: [x.channels], dtype: .f32),
      store(statistics.variance, shape: [x.channels], dtype: .f32), workspace
    )
  }

  /// Normalizes with given statistics.
  public func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage {
    let x = inBlocks(x)
    let statistics = ChannelStatistics(doubles(of: mean), doubles(of: variance))
    return normalized(x, coefficients(x, statistics, scale, shift, epsilon), relu: relu)
  }

  /// The gradient of either; the ReLU's mask is found again from the input.
  public func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool,
    rectified: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?) {
    var x = inBlocks(x)
    let g = reordered(g, to: layout(of: x.storage), dtype: x.storage.dtype)
    let statistics =
      workspace.map(ChannelStatistics.kept)
      ?? ChannelStatistics(doubles(of: mean), doubles(of: variance))
    var coefficients = coefficients(x, statistics, scale, shift, epsilon)
    var sums = [Double](repeating: 0, count: x.channels)
    var products = sums
    let result = storage(like: x.storage)
    if x.count > 0 {
      withExtendedLifetime((g, x)) {
        ck_normalization_flows(
          &x.geometry, operand(g), operand(x.storage), coefficients, relu ? 1 : 0, &sums,
          &products)
      }
    }
    // What the scale gathers; and what flows back through the statistics of the batch: the mean of
    // g, and its mean product with what x is off its own mean, over the variance.
    let inverse = statistics.variance.map { 1 / ($0 + epsilon).squareRoot() }
    for c in 0..<x.channels {
      products[c] *= inverse[c]
      guard ofBatch else { continue }
      let gain = Double(coefficients[2 * x.padded + c]) / Double(x.count)
      coefficients[4 * x.padded + c] = Float(gain * sums[c])
      coefficients[5 * x.padded + c] = Float(gain * products[c] * inverse[c])
    }
    withExtendedLifetime((g, x, result)) {
      ck_normalization_gradient(
        &x.geometry, operand(g), operand(x.storage), operand(result), coefficients, relu ? 1 : 0)
    }
    return (
      result, scale.map { store(products, shape: [x.channels], dtype: $0.dtype) },
      shift.map { store(sums, shape: [x.channels], dtype: $0.dtype) }
    )
  }

  /// Those of the numbers of a batch; zeros for an empty one.
  private func statistics(ofBatch x: ChannelBlocks) -> ChannelStatistics {
    var mean = [Double](repeating: 0, count: x.channels)
    var variance = mean
    if x.count > 0 {
      withExtendedLifetime(x) {
        withUnsafePointer(to: x.geometry) {
          ck_batch_moments($0, operand(x.storage), &mean, &variance)
        }
      }
    }
    return ChannelStatistics(mean, variance)
  }

  private func normalized(_ x: ChannelBlocks, _ coefficients: [Float], relu: Bool) -> Storage {
    let y = storage(like: x.storage)
    withExtendedLifetime((x, y)) {
      withUnsafePointer(to: x.geometry) {
        ck_normalize($0, operand(x.storage), operand(y), coefficients, relu ? 1 : 0)
      }
    }
    return y
  }

  /// Rows of one number per channel: the mean, what it is beyond a float, gain and offset, and two
  /// more for the gradient; zeros for channels that only fill up a block, which so stay zero.
  private func coefficients(
    _ x: ChannelBlocks, _ statistics: ChannelStatistics, _ scale: Storage?, _ shift: Storage?,
    _ epsilon: Double
  ) -> [Float] {
    var rows = [Float](repeating: 0, count: 6 * x.padded)
    let (scales, shifts) = (scale.map { doubles(of: $0) }, shift.map { doubles(of: $0) })
    for c in 0..<x.channels {
      let mean = statistics.mean[c]
      let inverse = 1 / (statistics.variance[c] + epsilon).squareRoot()
      rows[c] = Float(mean)
      rows[x.padded + c] = Float(mean - Double(Float(mean)))
      rows[2 * x.padded + c] = Float((scales?[c] ?? 1) * inverse)
      rows[3 * x.padded + c] = Float(shifts?[c] ?? 0)
    }
    return rows
  }
}

/// The mean and the biased variance of each channel, in double precision.
final class ChannelStatistics: Sendable {
  let mean: [Double]
  let variance: [Double]

  init(_ mean: [Double], _ variance: [Double]) {
    self.mean = mean
    self.variance = variance
  }

  /// Those that a workspace of the forward pass keeps.
  static func kept(_ workspace: Storage) -> ChannelStatistics {
    guard case .custom(let object) = workspace.layout, let kept = object as? ChannelStatistics
    else { fatalError("batchNormalizationGradient: the workspace is not of batchNormalization") }
    return kept
  }
}
