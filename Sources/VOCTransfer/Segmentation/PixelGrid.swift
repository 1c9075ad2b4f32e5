internal import Networks

/// Where the positions of a map lie over a picture, along rows and columns alike.
struct PixelGrid: Hashable {
  /// Pixels between neighboring positions.
  let stride: Int
  /// The coordinate of the first position; 0 is the center of the picture's first pixel.
  let offset: Double

  /// The picture itself.
  static let picture = PixelGrid(stride: 1, offset: 0)

  /// A grid of this stride that begins at `offset`.
  init(stride: Int, offset: Double) {
    self.stride = stride
    self.offset = offset
  }

  /// The outputs of a layer over a picture that has `margin` more pixels before its first.
  init(_ geometry: Geometry, margin: Int) {
    self.init(stride: Int(geometry.stride.rounded()), offset: geometry.offset - Double(margin))
  }

  /// The side of the bilinear filter that brings this grid closest onto the positions of `finer`.
  ///
  /// An even filter of twice the factor puts outputs half way between those of an odd one, which is
  /// one shorter. FCN's VGG-16 (64, stride 32) needs the one and its AlexNet (63) the other.
  func kernel(onto finer: PixelGrid) -> Int {
    let factor = stride / finer.stride
    func misfit(_ kernel: Int) -> Double {
      let start = upsampled(by: factor, kernel: kernel).offset
      let steps = (finer.offset - start) / Double(finer.stride)
      return abs(steps - steps.rounded())
    }
    return misfit(2 * factor) < misfit(2 * factor - 1) ? 2 * factor : 2 * factor - 1
  }

  /// The outputs of a transposed convolution whose step is `factor`, without padding.
  func upsampled(by factor: Int, kernel: Int) -> PixelGrid {
    let finer = stride / factor
    return PixelGrid(
      stride: finer, offset: offset - Double(kernel - 1) / 2 * Double(finer))
  }

  /// How many positions after the first of this grid the first of another lies, to the nearest;
  /// both have the same stride.
  func steps(to other: PixelGrid) -> Int {
    Int(((other.offset - offset) / Double(stride)).rounded())
  }

  /// The grid that begins `steps` positions later.
  func dropping(_ steps: Int) -> PixelGrid {
    PixelGrid(stride: stride, offset: offset + Double(steps * stride))
  }

  /// Pixels to add after the last so that positions reach the last pixel of `length`, where
  /// `margin` were added before the first and `geometry` is that of the layer.
  ///
  /// Windows may only lie inside the bordered input, so a layer has
  /// floor((input - 1 - 2 offset) / stride) + 1 outputs, or more where it rounds up.
  static func closingMargin(length: Int, margin: Int, _ geometry: Geometry) -> Int {
    let (stride, offset) = (geometry.stride, geometry.offset)
    let last = (Double(length + margin - 1) - offset) / stride
    let needed = max(0, last.rounded(.up)) * stride + 2 * offset + 1
    return max(0, Int(needed.rounded(.up)) - length - margin)
  }
}
