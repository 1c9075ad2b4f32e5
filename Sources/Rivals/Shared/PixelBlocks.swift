/// How a coarse grid of outputs stands for every pixel: each position gives the block of pixels
/// that it lies over, one channel for each pixel of the block.
///
/// The block's first row and column come first: channel (c side + y) side + x of a position is
/// pixel (x, y) of channel c in its block.
/// - Source: the sub-pixel convolution of Shi et al., CVPR 2016, in the order of PyTorch's
///   `pixel_shuffle`.
public struct PixelBlocks: Sendable, Hashable {
  /// Channels of the picture.
  public let channels: Int
  /// Rows and columns of the picture.
  public let size: Int
  /// Rows and columns of a block.
  public let side: Int

  /// Blocks of `side` x `side` over pictures of `size` x `size`; the last ones may reach outside.
  public init(channels: Int, size: Int, side: Int) {
    precondition(
      channels > 0 && size > 0 && side > 0,
      "PixelBlocks: \(channels) channels, pictures of \(size), blocks of \(side)")
    (self.channels, self.size, self.side) = (channels, size, side)
  }

  /// Rows and columns of the grid.
  public var rows: Int { (size + side - 1) / side }
  /// Channels at each position of the grid.
  public var depth: Int { channels * side * side }

  /// A picture as blocks; what lies outside of it is 0.
  ///
  /// - Shapes: [channels, size, size] to [depth, rows, rows].
  public func folded(_ planes: [Float]) -> [Float] {
    var blocks = [Float](repeating: 0, count: depth * rows * rows)
    forEachPixel(planes.count, channels * size * size) { pixel, place in
      blocks[place] = planes[pixel]
    }
    return blocks
  }

  /// The picture of these blocks.
  ///
  /// - Shapes: [depth, rows, rows] to [channels, size, size].
  public func unfolded(_ blocks: some RandomAccessCollection<Float>) -> [Float] {
    let blocks = Array(blocks)
    var planes = [Float](repeating: 0, count: channels * size * size)
    forEachPixel(blocks.count, depth * rows * rows) { pixel, place in
      planes[pixel] = blocks[place]
    }
    return planes
  }

  private func forEachPixel(_ found: Int, _ wanted: Int, _ body: (Int, Int) -> Void) {
    precondition(found == wanted, "PixelBlocks: \(found) numbers, \(wanted) are needed")
    for channel in 0..<channels {
      for y in 0..<size {
        for x in 0..<size {
          let plane = (channel * side + y % side) * side + x % side
          body((channel * size + y) * size + x, (plane * rows + y / side) * rows + x / side)
        }
      }
    }
  }
}
