extension Picture {
  /// Draws one line of text with its top left corner at (`x`, `y`); what reaches outside is cut
  /// off. The color's first `channels` components count; alpha becomes opaque where there is ink.
  public mutating func draw(
    _ text: some StringProtocol, x: Int, y: Int, color: SIMD3<UInt8> = [0, 0, 0],
    font: TextFont = .small
  ) {
    var left = x
    for character in text {
      let (coverage, width) = font.glyph(character)
      for (place, cover) in coverage.enumerated() where cover > 0 {
        let (column, row) = (left + place % width, y + place / width)
        guard (0..<self.width).contains(column), (0..<height).contains(row) else { continue }
        let at = (row * self.width + column) * channels
        for c in 0..<channels {
          let (old, new) = (Int(samples[at + c]), c < 3 ? Int(color[c]) : 255)
          samples[at + c] = UInt8((old * (255 - Int(cover)) + new * Int(cover) + 127) / 255)
        }
      }
      left += font.width(of: String(character))
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
