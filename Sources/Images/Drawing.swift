extension Picture {
  /// Draws one line of text with its top left corner at (`x`, `y`); what reaches outside is cut
  /// off. The color's first `channels` components count; alpha becomes opaque.
  public mutating func draw(
    _ text: String, x: Int, y: Int, color: SIMD3<UInt8> = [0, 0, 0], scale: Int = 1
  ) {
    precondition(scale > 0, "draw: scale \(scale)")
    for (index, character) in text.enumerated() {
      for (row, bits) in BitmapFont.rows(of: character).enumerated() {
        for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
          let left = x + (index * BitmapFont.advance + column) * scale
          fill(x: left, y: y + row * scale, width: scale, height: scale, color: color)
        }
      }
    }
  }

  /// Fills a rectangle; what reaches outside is cut off.
  public mutating func fill(
    x: Int, y: Int, width: Int, height: Int, color: SIMD3<UInt8>
  ) {
    let (top, bottom) = (max(0, y), min(self.height, y + height))
    let (left, right) = (max(0, x), min(self.width, x + width))
    guard top < bottom && left < right else { return }
    for row in top..<bottom {
      for column in left..<right {
        let at = (row * self.width + column) * channels
        for c in 0..<channels { samples[at + c] = c < 3 ? color[c] : 255 }
      }
    }
  }

  /// Draws the outline of the rectangle from (`x`, `y`), inside it.
  public mutating func outline(
    x: Int, y: Int, width: Int, height: Int, color: SIMD3<UInt8>, thickness: Int = 1
  ) {
    fill(x: x, y: y, width: width, height: thickness, color: color)
    fill(x: x, y: y + height - thickness, width: width, height: thickness, color: color)
    fill(x: x, y: y, width: thickness, height: height, color: color)
    fill(x: x + width - thickness, y: y, width: thickness, height: height, color: color)
  }
}
