internal import CGPU

extension CUDABackend {
  /// Normalizes with the mean and the biased variance of the batch; the workspace is what the means
  /// are beyond single precision: [c].
  public func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?) {
    let x = channelRows(x)
    let plan = RowChunks(x)
    let partials = scratch(16 * plan.count * x.channels)
    let (mean, variance) = (storage([x.channels], .f32), storage([x.channels], .f32))
    let rest = storage([x.channels], .f32)
    launch(
      Kernel(.normalization, "moment_partials", x.storage.dtype), plan.shape, x.storage, partials,
      x.rows, plan.length, Int32(x.channels), Int32(x.pitch), plan.width)
    launch(
      Kernel(.normalization, "moments", x.storage.dtype), plan.totals, partials,
      mean, rest, variance, x.rows, Int32(x.channels), Int32(plan.count))
    let statistics = Statistics(
      mean, rest, variance, scale.map { rowMajor($0, as: .f32) },
      shift.map { rowMajor($0, as: .f32) }, epsilon)
    return (normalized(x, statistics, relu), mean, variance, rest)
  }

  /// Normalizes with given statistics.
  public func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage {
    let statistics = Statistics(
      rowMajor(mean, as: .f32), nil, rowMajor(variance, as: .f32),
      scale.map { rowMajor($0, as: .f32) }, shift.map { rowMajor($0, as: .f32) }, epsilon)
    return normalized(channelRows(x), statistics, relu)
  }

  /// The gradient of either; the ReLU's mask is read off the output. Where `x` came out of a
  /// rectifier, the gradient is already that of what went into it, and its sums go with it.
  public func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool,
    rectified: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?) {
    let x = channelRows(x)
    let dtype = x.storage.dtype
    let g = channelRows(g, as: dtype, pitch: x.pitch)
    // Without a ReLU nobody looks at it.
    let y = relu ? channelRows(y, as: dtype, pitch: x.pitch) : x
    let statistics = Statistics(
      rowMajor(mean, as: .f32), workspace, rowMajor(variance, as: .f32),
      scale.map { rowMajor($0, as: .f32) }, nil, epsilon)
    let plan = RowChunks(x)
    let partials = scratch(16 * plan.count * x.channels)
    let (sums, products) = (storage([x.channels], .f32), storage([x.channels], .f32))
    let (channels, pitch) = (Int32(x.channels), Int32(x.pitch))
    let isRectified = Int32(relu ? 1 : 0)
    if ofBatch || scale != nil || shift != nil {
      launch(
        Kernel(.normalization, "flow_partials", dtype), plan.shape, g.storage, x.storage,
        y.storage, statistics, partials, x.rows, plan.length, channels, pitch, plan.width,
        isRectified)
      launch(
        Kernel(.normalization, "flow_totals", dtype), plan.totals, partials, sums, products,
        channels, Int32(plan.count))
    }
    let result = storage(like: x)
    launch(
      Kernel(.normalization, "normalize_gradient", dtype), plan.shape, g.storage, x.storage,
      y.storage, result, statistics, ofBatch ? sums.device : 0, ofBatch ? products.device : 0,
      partials, x.rows, plan.length, channels, pitch, plan.width, isRectified,
      Int32(rectified ? 1 : 0))
    if rectified { result.rectifiedSums = channelTotals(partials, plan, x.channels) }
    return (
      result, scale.map { converted(products, to: $0.dtype) },
      shift.map { converted(sums, to: $0.dtype) }
    )
  }

  private func normalized(_ x: ChannelRows, _ statistics: Statistics, _ relu: Bool) -> Storage {
    let (y, plan) = (storage(like: x), RowChunks(x))
    launch(
      Kernel(.normalization, "normalize", y.dtype), plan.shape, x.storage, y, statistics, x.rows,
      plan.length, Int32(x.channels), Int32(x.pitch), plan.width, Int32(relu ? 1 : 0))
    return y
  }
}

/// What channels are normalized with, in single precision, for a kernel; what is absent is 0.
private struct Statistics: KernelArgument {
  private let parts: [Storage?]
  private let epsilon: Float

  init(
    _ mean: Storage, _ rest: Storage?, _ variance: Storage, _ scale: Storage?, _ shift: Storage?,
    _ epsilon: Double
  ) {
    parts = [mean, rest, variance, scale, shift]
    self.epsilon = Float(epsilon)
  }

  func append(to arguments: inout KernelArguments) {
    let at = parts.map { $0?.device ?? 0 }
    arguments.append(
      cgpu_statistics(
        mean: at[0], rest: at[1], variance: at[2], scale: at[3], shift: at[4], epsilon: epsilon))
  }
}
