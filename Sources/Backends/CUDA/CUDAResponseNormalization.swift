extension CUDABackend {
  /// y = x / (k + alpha / size * sum of squares over neighboring channels)^beta; the workspace
  /// holds the divisors.
  public func responseNormalization(_ x: Storage, _ p: LRNParameters) -> (
    y: Storage, workspace: Storage?
  ) {
    let x = channelRows(x)
    let y = storage(like: x)
    let divisors = storage(y.shape, .f32, y.channelsLast)
    launch(
      Kernel(.response, "response", y.dtype), .rows(x.rows, x.pitch, on: context), x.storage, y,
      divisors, x.rows, Int32(x.channels), Int32(x.pitch), Int32(p.size), Float(p.alpha),
      Float(p.beta), Float(p.k))
    return (y, divisors)
  }

  /// The gradient of the input.
  public func responseNormalizationGradient(
    _ g: Storage, x: Storage, y: Storage, workspace: Storage?, _ p: LRNParameters
  ) -> Storage {
    let divisors = channelRows(workspace ?? responseNormalization(x, p).workspace!)
    let x = channelRows(x, pitch: divisors.pitch)
    let g = channelRows(g, as: x.storage.dtype, pitch: x.pitch)
    let result = storage(like: x)
    launch(
      Kernel(.response, "response_gradient", result.dtype), .rows(x.rows, x.pitch, on: context),
      g.storage, x.storage, divisors.storage, result, x.rows, Int32(x.channels), Int32(x.pitch),
      Int32(p.size), Float(p.alpha), Float(p.beta))
    return result
  }
}
