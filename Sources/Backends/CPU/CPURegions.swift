internal import CKernels

extension CPUBackend {
  /// Max pooling of each region into the same number of bins; an empty bin gives 0.
  public func roiMaxPool(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> (
    y: Storage, workspace: Storage
  ) {
    let shape: Shape = [regions.shape[0], x.shape[1], p.size.height, p.size.width]
    let source = rowMajor(x, as: .f32)
    let (y, winners) = (storage(shape, .f32), storage(shape, .i32))
    withRegions(regions, x.shape, p) {
      ck_region_max(
        $0, source.address(as: Float.self), y.address(as: Float.self),
        winners.address(as: Int32.self))
    }
    withExtendedLifetime((source, y, winners)) {}
    return (converted(y, to: x.dtype), winners)
  }

  /// Each bin's gradient goes to the element that won; an empty bin's goes nowhere.
  public func roiMaxPoolGradient(
    _ g: Storage, workspace: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage {
    let (source, result) = (rowMajor(g, as: .f32), storage(inputShape, .f32))
    withRegions(regions, inputShape, p) {
      ck_region_max_gradient(
        $0, source.address(as: Float.self), workspace.address(as: Int32.self),
        result.address(as: Float.self))
    }
    withExtendedLifetime((source, workspace, result)) {}
    return converted(result, to: g.dtype)
  }

  /// The mean of bilinear samples on a regular grid in each bin of each region.
  public func roiAlign(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> Storage {
    let shape: Shape = [regions.shape[0], x.shape[1], p.size.height, p.size.width]
    let (source, y) = (rowMajor(x, as: .f32), storage(shape, .f32))
    withRegions(regions, x.shape, p) {
      ck_region_align($0, source.address(as: Float.self), y.address(as: Float.self))
    }
    withExtendedLifetime((source, y)) {}
    return converted(y, to: x.dtype)
  }

  /// Each input gathers the gradients of the bins it entered.
  public func roiAlignGradient(
    _ g: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage {
    let (source, result) = (rowMajor(g, as: .f32), storage(inputShape, .f32))
    withRegions(regions, inputShape, p) {
      ck_region_align_gradient($0, source.address(as: Float.self), result.address(as: Float.self))
    }
    withExtendedLifetime((source, result)) {}
    return converted(result, to: g.dtype)
  }

  private func withRegions(
    _ regions: Storage, _ x: Shape, _ p: RoIParameters, _ body: (UnsafePointer<ck_regions>) -> Void
  ) {
    require(
      regions.shape.rank == 2 && regions.shape[1] == 5,
      "regions \(regions.shape) are not rows (image, x1, y1, x2, y2)")
    let rows = rowMajor(regions, as: .f32)
    let numbers = rows.address(as: Float.self)
    for region in 0..<regions.shape[0] {
      let image = numbers[5 * region]
      require(
        image >= 0 && image < Float(x[0]),
        "region \(region) names image \(image), but the features are \(x)")
    }
    var geometry = ck_regions(
      regions: Int64(regions.shape[0]), batch: Int64(x[0]), channels: Int64(x[1]),
      input: (Int64(x[2]), Int64(x[3])), output: p.size.numbers, scale: p.scale,
      samples: Int64(p.samples), aligned: p.aligned ? 1 : 0, rows: numbers)
    withExtendedLifetime(rows) { body(&geometry) }
  }
}
