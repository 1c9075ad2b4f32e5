public import Backends

extension Tensor {
  /// Pools each region of interest to a fixed grid of maxima.
  ///
  /// - Shapes: input [n, c, h, w]; regions [r, 5] as (image, x1, y1, x2, y2) in image pixels;
  ///   output [r, c, size]. Empty bins are 0. Regions get no gradient.
  /// - Source: Girshick, "Fast R-CNN", 2015; coordinates rounded as there.
  public func roiMaxPool(_ regions: Tensor, _ parameters: RoIParameters) -> Tensor {
    checkRegions(regions, "roiMaxPool")
    let (backend, inputShape, r) = (device.backend, shape, regions.storage)
    let (y, workspace) = backend.roiMaxPool(storage, r, parameters)
    return Tensor(y, from: [self]) { g, _ in
      [backend.roiMaxPoolGradient(g, workspace: workspace, r, inputShape: inputShape, parameters)]
    }
  }

  func checkRegions(_ regions: Tensor, _ operation: String) {
    requireSameDevice(regions, operation)
    require(
      shape.rank == 4 && regions.shape.rank == 2 && regions.shape[1] == 5,
      "\(operation): regions \(regions.shape) are not [r, 5] for input \(shape)")
  }
}
