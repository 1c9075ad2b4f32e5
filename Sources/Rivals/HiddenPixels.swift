internal import Images
public import Randomness

/// Which pixels of a picture are hidden.
///
/// - Source: Pathak et al., CVPR 2016, section 3.3 and figure 3; pathak22/context-encoder,
///   train.lua (central) and train_random.lua (regions).
public enum HiddenPixels: String, Codable, Sendable, CaseIterable {
  /// The central square of half the side.
  case central
  /// Squares of an eighth to a quarter of the side, which may overlap.
  case blocks
  /// Blobs of arbitrary shape: what the paper's transferred features learned from.
  case regions

  /// 1 for every hidden pixel, 0 for the others; about `share` of them, at most, are hidden in
  /// blocks and regions.
  ///
  /// - Shapes: [size, size].
  public func mask(size: Int, share: Double, key: RandomKey) -> [Float] {
    switch self {
    case .central:
      var mask = Mask(size)
      mask.hide(x: size / 4, y: size / 4, side: size / 2)
      return mask.pixels
    case .blocks: return blocks(size, share, key)
    case .regions: return regions(size, share, key)
    }
  }

  /// Squares are added as long as the share is not exceeded; there is always one.
  private func blocks(_ size: Int, _ share: Double, _ key: RandomKey) -> [Float] {
    let most = Int(share * Double(size * size))
    var (mask, stream) = (Mask(size), key.stream())
    while true {
      let side = size / 8 + stream.index(below: size / 4 - size / 8 + 1)
      var next = mask
      next.hide(
        x: stream.index(below: size - side + 1), y: stream.index(below: size - side + 1), side: side
      )
      if next.count > most { return mask.count > 0 ? mask.pixels : next.pixels }
      mask = next
    }
  }

  /// The darkest pixels of smooth noise: 8 x 8 random numbers, enlarged by cubics. The released
  /// code takes windows of a large noise field in which a share of 0.2 to 0.3 is dark; here the
  /// threshold moves instead.
  private func regions(_ size: Int, _ share: Double, _ key: RandomKey) -> [Float] {
    var stream = key.stream()
    let coarse = (0..<64).map { _ in UInt8(stream.index(below: 256)) }
    let noise = Picture(width: 8, height: 8, channels: 1, samples: coarse)
      .resized(width: size, height: size, filter: .bicubic).samples
    let limit = noise.sorted()[min(noise.count - 1, Int(share * Double(noise.count)))]
    let mask: [Float] = noise.map { $0 < limit ? 1 : 0 }
    return mask.contains(1) ? mask : noise.map { $0 <= limit ? 1 : 0 }
  }
}

private struct Mask {
  let size: Int
  var pixels: [Float]

  init(_ size: Int) {
    self.size = size
    pixels = [Float](repeating: 0, count: size * size)
  }

  var count: Int { pixels.count { $0 > 0 } }

  mutating func hide(x: Int, y: Int, side: Int) {
    for row in y..<y + side {
      for column in x..<x + side { pixels[row * size + column] = 1 }
    }
  }
}
