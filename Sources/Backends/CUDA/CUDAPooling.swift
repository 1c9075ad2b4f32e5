internal import CGPU

extension CUDABackend {
  /// Each window's largest element; the workspace remembers its place in the plane.
  public func maxPool(_ x: Storage, _ p: PoolingParameters) -> (y: Storage, workspace: Storage) {
    let (shape, x) = (p.outputShape(input: x.shape), channelRows(x))
    let y = images(shape, x.storage.dtype, pitch: x.pitch)
    let places = images(shape, .i32, pitch: x.pitch)
    let rows = shape[0] * shape.plane
    launch(
      Kernel(.pooling, "max_pool", y.dtype), .rows(rows, x.pitch, on: context), x.storage, y,
      places, cgpu_window(x.storage.shape, shape, p, x.pitch), rows)
    return (y, places)
  }

  /// Each output's gradient goes to the element that won.
  public func maxPoolGradient(
    _ g: Storage, workspace: Storage, inputShape: Shape, _ p: PoolingParameters
  ) -> Storage {
    let places = channelRows(workspace)
    let g = channelRows(g, pitch: places.pitch)
    let result = images(inputShape, g.storage.dtype, pitch: g.pitch)
    let rows = inputShape[0] * inputShape.plane
    launch(
      Kernel(.pooling, "max_pool_gradient", result.dtype), .rows(rows, g.pitch, on: context),
      g.storage, places.storage, result, cgpu_window(inputShape, g.storage.shape, p, g.pitch), rows)
    return result
  }

  /// The mean of each window, where the border counts as zeros or not at all.
  public func averagePool(_ x: Storage, _ p: PoolingParameters) -> Storage {
    let (shape, x) = (p.outputShape(input: x.shape), channelRows(x))
    let y = images(shape, x.storage.dtype, pitch: x.pitch)
    let rows = shape[0] * shape.plane
    launch(
      Kernel(.pooling, "average_pool", y.dtype), .rows(rows, x.pitch, on: context), x.storage, y,
      cgpu_window(x.storage.shape, shape, p, x.pitch), rows)
    return y
  }

  /// Each output's gradient is shared by its window.
  public func averagePoolGradient(_ g: Storage, inputShape: Shape, _ p: PoolingParameters)
    -> Storage
  {
    let g = channelRows(g)
    let result = images(inputShape, g.storage.dtype, pitch: g.pitch)
    let rows = inputShape[0] * inputShape.plane
    launch(
      Kernel(.pooling, "average_pool_gradient", result.dtype), .rows(rows, g.pitch, on: context),
      g.storage, result, cgpu_window(inputShape, g.storage.shape, p, g.pitch), rows)
    return result
  }
}

extension cgpu_window {
  fileprivate init(_ x: Shape, _ y: Shape, _ p: PoolingParameters, _ pitch: Int) {
    self.init(
      height: Int32(x[2]), width: Int32(x[3]), outHeight: Int32(y[2]), outWidth: Int32(y[3]),
      rows: Int32(p.window.height), columns: Int32(p.window.width), down: Int32(p.stride.height),
      across: Int32(p.stride.width), top: Int32(p.padding.height), left: Int32(p.padding.width),
      channels: Int32(x[1]), pitch: Int32(pitch), countsPadding: p.countsPadding ? 1 : 0)
  }
}
