public import Images
internal import Layers
public import Networks
public import Tensors

extension FullyConvolutionalNetwork {
  /// The class of each pixel (0 background, otherwise 1 + the position of the class), at the
  /// picture's own size.
  public func segment(
    _ picture: Picture, augmentation: SegmentationAugmentation = .init(),
    preprocessing: Preprocessing, on device: Device
  ) -> Picture {
    let seen = augmentation.whole(picture)
    let blank = Picture(width: seen.width, height: seen.height, channels: 1)
    let batch = SegmentationBatch(
      [(seen, blank)], preprocessing: preprocessing, classWeights: [1])
    let scores = self(batch.input(on: device))
    let labels = Self.largest(scores, width: seen.width, height: seen.height)
    if seen.width == picture.width && seen.height == picture.height { return labels }
    return labels.resized(width: picture.width, height: picture.height, filter: .nearest)
  }

  /// The class of the largest score at each of the first rows and columns; the first of equals.
  private static func largest(_ scores: Tensor, width: Int, height: Int) -> Picture {
    let (shape, values) = (scores.shape, scores.floats)
    let plane = shape[2] * shape[3]
    var labels = [UInt8]()
    labels.reserveCapacity(width * height)
    values.withUnsafeBufferPointer { values in
      for row in 0..<height {
        for at in row * shape[3]..<row * shape[3] + width {
          var best = 0
          for c in 1..<shape[1] where values[c * plane + at] > values[best * plane + at] {
            best = c
          }
          labels.append(UInt8(best))
        }
      }
    }
    return Picture(width: width, height: height, channels: 1, samples: labels)
  }
}
