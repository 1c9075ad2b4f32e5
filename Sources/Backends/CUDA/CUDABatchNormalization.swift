extension CUDABackend {
  /// Normalizes with the mean and the biased variance of the batch; the workspace is what the means
  /// are beyond single precision: [c].
  public func batchNormalization(
    _ x: Storage, scale: Storage?, shift: Storage?, epsilon: Double, relu: Bool
  ) -> (y: Storage, mean: Storage, variance: Storage, workspace: Storage?) {
    let x = channelRows(x)
    let chunks = ChannelChunks(x)
    let partials = scratch(16 * chunks.count * x.channels)
    let (mean, variance) = (storage([x.channels], .f32), storage([x.channels], .f32))
    let rest = storage([x.channels], .f32)
    launch(
      Kernel(.normalization, "moment_partials", x.storage.dtype), chunks.shape, x.storage, partials,
      x.rows, chunks.length, Int32(x.channels), Int32(x.pitch))
    launch(
      Kernel(.normalization, "moments", x.storage.dtype), .flat(x.channels, on: context), partials,
      mean, rest, variance, x.rows, Int32(x.channels), Int32(chunks.count))
    let y = normalized(x, mean, rest, variance, affine(scale, shift, x.channels), epsilon, relu)
    return (y, mean, variance, rest)
  }

  /// Normalizes with given statistics.
  public func batchNormalization(
    _ x: Storage, mean: Storage, variance: Storage, scale: Storage?, shift: Storage?,
    epsilon: Double, relu: Bool
  ) -> Storage {
    let x = channelRows(x)
    return normalized(
      x, rowMajor(mean, as: .f32), filled(with: 0, shape: [x.channels], dtype: .f32),
      rowMajor(variance, as: .f32), affine(scale, shift, x.channels), epsilon, relu)
  }

  /// The gradient of either; the ReLU's mask is read off the output.
  public func batchNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, mean: Storage, variance: Storage, scale: Storage?,
    shift: Storage?, workspace: Storage?, epsilon: Double, relu: Bool, ofBatch: Bool
  ) -> (x: Storage, scale: Storage?, shift: Storage?) {
    let x = channelRows(x)
    let dtype = x.storage.dtype
    let g = channelRows(g, as: dtype, pitch: x.pitch)
    let y = channelRows(y, as: dtype, pitch: x.pitch)
    let (mean, variance) = (rowMajor(mean, as: .f32), rowMajor(variance, as: .f32))
    let rest = workspace ?? filled(with: 0, shape: [x.channels], dtype: .f32)
    let chunks = ChannelChunks(x)
    let partials = scratch(16 * chunks.count * x.channels)
    let sums = storage([2, x.channels], .f32)
    let (channels, pitch) = (Int32(x.channels), Int32(x.pitch))
    let (epsilon, relu) = (Float(epsilon), Int32(relu ? 1 : 0))
    launch(
      Kernel(.normalization, "gradient_partials", dtype), chunks.shape, g.storage, x.storage,
      y.storage, mean, rest, variance, partials, x.rows, chunks.length, channels, pitch, epsilon,
      relu)
    launch(
      Kernel(.normalization, "gradient_totals", dtype), .flat(2 * x.channels, on: context),
      partials, sums, channels, Int32(chunks.count))
    let result = storage(like: x)
    launch(
      Kernel(.normalization, "normalize_gradient", dtype), .rows(x.rows, x.pitch, on: context),
      g.storage, x.storage, y.storage, result, mean, rest, variance,
      affine(scale, shift, x.channels),
      sums, x.rows, channels, pitch, epsilon, relu, Int32(ofBatch ? 1 : 0))
    func part(_ row: Int, like parameter: Storage) -> Storage {
      let part = storage([x.channels], parameter.dtype)
      transfer(
        [1, x.channels], from: sums, at: [row, 0], to: reshaped(part, to: [1, x.channels]), at: nil)
      return part
    }
    return (result, scale.map { part(1, like: $0) }, shift.map { part(0, like: $0) })
  }

  private func normalized(
    _ x: ChannelRows, _ mean: Storage, _ rest: Storage, _ variance: Storage, _ affine: Storage,
    _ epsilon: Double, _ relu: Bool
  ) -> Storage {
    let y = storage(like: x)
    launch(
      Kernel(.normalization, "normalize", y.dtype), .rows(x.rows, x.pitch, on: context), x.storage,
      y, mean, rest, variance, affine, x.rows, Int32(x.channels), Int32(x.pitch), Float(epsilon),
      Int32(relu ? 1 : 0))
    return y
  }

  /// Scales, then shifts, in single precision.
  private func affine(_ scale: Storage?, _ shift: Storage?, _ channels: Int) -> Storage {
    let scale = scale ?? filled(with: 1, shape: [channels], dtype: .f32)
    let shift = shift ?? filled(with: 0, shape: [channels], dtype: .f32)
    return concatenated([rowMajor(scale, as: .f32), rowMajor(shift, as: .f32)], axis: 0)
  }
}
