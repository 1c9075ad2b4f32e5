internal import CGPU

extension CUDABackend {
  /// Max pooling of each region into the same number of bins; an empty bin gives 0.
  public func roiMaxPool(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> (
    y: Storage, workspace: Storage
  ) {
    let x = channelRows(x)
    let y = images(pooled(x.storage.shape, regions, p), x.storage.dtype, pitch: x.pitch)
    let places = images(y.shape, .i32, pitch: x.pitch)
    let rows = y.shape[0] * y.shape.plane
    launch(
      Kernel(.regions, "region_max", y.dtype), .rows(rows, x.pitch, on: context), x.storage,
      rowMajor(regions, as: .f32), y, places, fault.address,
      cgpu_regions(x.storage.shape, regions, p, x.pitch), rows)
    return (y, places)
  }

  /// Each bin's gradient goes to the element that won; an empty bin's goes nowhere.
  public func roiMaxPoolGradient(
    _ g: Storage, workspace: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage {
    let places = channelRows(workspace)
    let g = channelRows(g, pitch: places.pitch)
    let result = images(inputShape, g.storage.dtype, pitch: g.pitch)
    let rows = inputShape[0] * inputShape.plane
    launch(
      Kernel(.regions, "region_max_gradient", result.dtype), .rows(rows, g.pitch, on: context),
      g.storage, rowMajor(regions, as: .f32), places.storage, result,
      cgpu_regions(inputShape, regions, p, g.pitch), rows)
    return result
  }

  /// The mean of bilinear samples on a regular grid in each bin of each region.
  public func roiAlign(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> Storage {
    let x = channelRows(x)
    let y = images(pooled(x.storage.shape, regions, p), x.storage.dtype, pitch: x.pitch)
    let rows = y.shape[0] * y.shape.plane
    launch(
      Kernel(.regions, "region_align", y.dtype), .rows(rows, x.pitch, on: context), x.storage,
      rowMajor(regions, as: .f32), y, fault.address,
      cgpu_regions(x.storage.shape, regions, p, x.pitch), rows)
    return y
  }

  /// Each input gathers the gradients of the bins it entered.
  public func roiAlignGradient(
    _ g: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage {
    let g = channelRows(g)
    let result = images(inputShape, g.storage.dtype, pitch: g.pitch)
    let rows = inputShape[0] * inputShape.plane
    launch(
      Kernel(.regions, "region_align_gradient", result.dtype), .rows(rows, g.pitch, on: context),
      g.storage, rowMajor(regions, as: .f32), result,
      cgpu_regions(inputShape, regions, p, g.pitch), rows)
    return result
  }

  private func pooled(_ x: Shape, _ regions: Storage, _ p: RoIParameters) -> Shape {
    require(
      regions.shape.rank == 2 && regions.shape[1] == 5,
      "regions \(regions.shape) are not rows (image, x1, y1, x2, y2)")
    return [regions.shape[0], x[1], p.size.height, p.size.width]
  }
}

extension cgpu_regions {
  fileprivate init(_ x: Shape, _ regions: Storage, _ p: RoIParameters, _ pitch: Int) {
    self.init(
      count: Int32(regions.shape[0]), images: Int32(x[0]), channels: Int32(x[1]),
      pitch: Int32(pitch), height: Int32(x[2]), width: Int32(x[3]),
      binsDown: Int32(p.size.height), binsAcross: Int32(p.size.width), samples: Int32(p.samples),
      aligned: p.aligned ? 1 : 0, scale: p.scale)
  }
}
