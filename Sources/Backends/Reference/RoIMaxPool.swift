extension ReferenceBackend {
  /// Max pooling of each region into the same number of bins: the first largest in row-major order
  /// wins, and a NaN does; an empty bin gives 0.
  ///
  /// - Source: Girshick, "Fast R-CNN", 2015, as in torchvision: corners are rounded to whole
  ///   feature pixels (halves away from zero) and the last pixel belongs to the region. The
  ///   workspace holds the winner's place in the plane, or -1.
  public func roiMaxPool(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> (
    y: Storage, workspace: Storage
  ) {
    let (values, boxes) = (read(x), read(regions))
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    let shape: Shape = [regions.shape[0], channels, p.size.height, p.size.width]
    var y = [Double](repeating: 0, count: shape.count)
    var places = [Double](repeating: -1, count: shape.count)
    var output = 0
    for region in 0..<shape[0] {
      let box = Array(boxes[5 * region..<5 * region + 5])
      let image = regionImage(box, region, x.shape)
      for channel in 0..<channels {
        let plane = (image * channels + channel) * height * width
        for i in 0..<p.size.height {
          let rows = bin(i, of: p.size.height, box[2] * p.scale, box[4] * p.scale, within: height)
          for j in 0..<p.size.width {
            let columns = bin(
              j, of: p.size.width, box[1] * p.scale, box[3] * p.scale, within: width)
            if !rows.isEmpty && !columns.isEmpty {
              var best = rows.lowerBound * width + columns.lowerBound
              for row in rows {
                for column in columns
                where isLarger(
                  values[plane + row * width + column], than: values[plane + best])
                { best = row * width + column }
              }
              y[output] = values[plane + best]
              places[output] = Double(best)
            }
            output += 1
          }
        }
      }
    }
    return (write(y, shape, x.dtype), write(places, shape, .i32))
  }

  /// Each bin's gradient goes to the element that won; an empty bin's goes nowhere.
  public func roiMaxPoolGradient(
    _ g: Storage, workspace: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage {
    let (gs, places, boxes) = (read(g), read(workspace), read(regions))
    let (channels, bins) = (inputShape[1], p.size.height * p.size.width)
    let pixels = inputShape.plane
    var result = [Double](repeating: 0, count: inputShape.count)
    for i in gs.indices where places[i] >= 0 {
      let (region, channel) = (i / bins / channels, i / bins % channels)
      let plane = Int(boxes[5 * region]) * channels + channel
      result[plane * pixels + Int(places[i])] += gs[i]
    }
    return write(result, inputShape, g.dtype)
  }

  /// The pixels of bin `i` of `count` bins over the scaled interval from `first` to `last`.
  private func bin(
    _ i: Int, of count: Int, _ first: Double, _ last: Double, within length: Int
  ) -> Range<Int> {
    let start = first.rounded(.toNearestOrAwayFromZero)
    let size = max(last.rounded(.toNearestOrAwayFromZero) - start + 1, 1) / Double(count)
    let low = Int((Double(i) * size).rounded(.down) + start)
    let high = Int((Double(i + 1) * size).rounded(.up) + start)
    let clipped = min(max(low, 0), length)
    return clipped..<max(min(max(high, 0), length), clipped)
  }
}

/// The image that a region (image, x1, y1, x2, y2) lies in; traps when there is none.
func regionImage(_ box: [Double], _ region: Int, _ shape: Shape) -> Int {
  require(
    box[0] >= 0 && box[0] < Double(shape[0]),
    "region \(region) names image \(box[0]), but the features are \(shape)")
  return Int(box[0])
}
