extension ReferenceBackend {
  /// The mean of bilinear samples on a regular grid in each bin of each region.
  ///
  /// - Source: He et al., "Mask R-CNN", 2017, as in torchvision: a sample more than one pixel
  ///   outside the image counts as 0, one closer takes the border's value.
  public func roiAlign(_ x: Storage, _ regions: Storage, _ p: RoIParameters) -> Storage {
    let values = read(x)
    let shape: Shape = [regions.shape[0], x.shape[1], p.size.height, p.size.width]
    var y = [Double](repeating: 0, count: shape.count)
    forEachShare(x.shape, regions, p) { output, input, share in y[output] += share * values[input] }
    return write(y, shape, x.dtype)
  }

  /// Each input gathers the gradients of the bins it entered, with the same weights.
  public func roiAlignGradient(
    _ g: Storage, _ regions: Storage, inputShape: Shape, _ p: RoIParameters
  ) -> Storage {
    let gs = read(g)
    var result = [Double](repeating: 0, count: inputShape.count)
    forEachShare(inputShape, regions, p) { output, input, share in
      result[input] += share * gs[output]
    }
    return write(result, inputShape, g.dtype)
  }

  /// Calls `body` with every output element, an input element, and its share in the output.
  private func forEachShare(
    _ x: Shape, _ regions: Storage, _ p: RoIParameters,
    _ body: (_ output: Int, _ input: Int, _ share: Double) -> Void
  ) {
    let boxes = read(regions)
    let (channels, height, width) = (x[1], x[2], x[3])
    let bins = p.size.height * p.size.width
    for region in 0..<regions.shape[0] {
      let box = Array(boxes[5 * region..<5 * region + 5])
      let image = regionImage(box, region, x)
      let rows = p.samplePositions(box[2], box[4], bins: p.size.height, within: height)
      let columns = p.samplePositions(box[1], box[3], bins: p.size.width, within: width)
      for i in 0..<p.size.height {
        for j in 0..<p.size.width {
          let count = Double(max(rows[i].count * columns[j].count, 1))
          for row in rows[i].inside {
            for column in columns[j].inside {
              for channel in 0..<channels {
                let output = (region * channels + channel) * bins + i * p.size.width + j
                let plane = (image * channels + channel) * height * width
                for (u, rowShare) in row {
                  for (v, columnShare) in column {
                    body(output, plane + u * width + v, rowShare * columnShare / count)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

extension RoIParameters {
  /// The samples of one bin along one axis: how many there are, and for each of those that count
  /// the two pixels that it lies between, with their shares.
  fileprivate typealias Samples = (count: Int, inside: [[(pixel: Int, share: Double)]])

  /// The samples of every bin over the interval from `first` to `last`, in image pixels.
  fileprivate func samplePositions(
    _ first: Double, _ last: Double, bins: Int, within length: Int
  ) -> [Samples] {
    let offset = aligned ? 0.5 : 0
    let start = first * scale - offset
    let extent = last * scale - offset - start
    let size = (aligned ? extent : max(extent, 1)) / Double(bins)
    let count = samples > 0 ? samples : Int(size.rounded(.up))
    return (0..<bins).map { bin in
      (
        count,
        (0..<max(count, 0)).compactMap { sample in
          var position =
            start + Double(bin) * size + (Double(sample) + 0.5) * size / Double(count)
          guard position >= -1 && position <= Double(length) else { return nil }
          position = max(position, 0)
          let low = Int(position)
          guard low < length - 1 else { return [(length - 1, 1)] }
          return [(low, 1 - (position - Double(low))), (low + 1, position - Double(low))]
        }
      )
    }
  }
}
