public import Backends

extension Tensor {
  /// Averages bilinear samples in each bin of each region of interest.
  ///
  /// - Shapes: input [n, c, h, w]; regions [r, 5] as (image, x1, y1, x2, y2) in image pixels;
  ///   output [r, c, size]. Regions get no gradient.
  /// - Source: He et al., "Mask R-CNN", 2017; torchvision's `roi_align`.
  public func roiAlign(_ regions: Tensor, _ parameters: RoIParameters) -> Tensor {
    checkRegions(regions, "roiAlign")
    let (backend, inputShape, r) = (device.backend, shape, regions.storage)
    return Tensor(backend.roiAlign(storage, r, parameters), from: [self]) { g, _ in
      [backend.roiAlignGradient(g, r, inputShape: inputShape, parameters)]
    }
  }
}
