extension Picture {
  /// The part of the picture whose top left pixel is (`x`, `y`); traps when it reaches outside.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> Picture {
    precondition(
      x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= self.width
        && y + height <= self.height,
      "cropped: \(width) x \(height) at (\(x), \(y)) of \(self.width) x \(self.height)")
    var part = [UInt8]()
    part.reserveCapacity(width * height * channels)
    for row in y..<(y + height) {
      let start = (row * self.width + x) * channels
      part.append(contentsOf: samples[start..<(start + width * channels)])
    }
    return Picture(width: width, height: height, channels: channels, samples: part)
  }

  /// The picture with left and right exchanged.
  public func mirrored() -> Picture {
    rearranged(width: width, height: height) { x, y in (width - 1 - x, y) }
  }

  /// The picture turned counterclockwise by so many quarters of a full turn; negative numbers turn
  /// clockwise.
  public func turned(quarters: Int) -> Picture {
    turnedUpright(from: [1, 8, 3, 6][(quarters % 4 + 4) % 4])
  }

  /// The upright picture of one stored with this EXIF orientation, 1...8.
  public func turnedUpright(from orientation: Int) -> Picture {
    let (w, h) = (width - 1, height - 1)
    switch orientation {
    case 2: return mirrored()
    case 3: return rearranged(width: width, height: height) { x, y in (w - x, h - y) }
    case 4: return rearranged(width: width, height: height) { x, y in (x, h - y) }
    case 5: return rearranged(width: height, height: width) { x, y in (y, x) }
    case 6: return rearranged(width: height, height: width) { x, y in (y, h - x) }
    case 7: return rearranged(width: height, height: width) { x, y in (w - y, h - x) }
    case 8: return rearranged(width: height, height: width) { x, y in (w - y, x) }
    default: return self
    }
  }

  /// A picture of pixels taken from here; `source` says from which column and row.
  @inline(__always)
  private func rearranged(
    width newWidth: Int, height newHeight: Int, source: (Int, Int) -> (Int, Int)
  ) -> Picture {
    let count = newWidth * newHeight * channels
    let moved = [UInt8](unsafeUninitializedCapacity: count) { out, initialized in
      samples.withUnsafeBufferPointer { old in
        var at = 0
        for y in 0..<newHeight {
          for x in 0..<newWidth {
            let (column, row) = source(x, y)
            let from = (row * width + column) * channels
            for c in 0..<channels { out[at + c] = old[from + c] }
            at += channels
          }
        }
      }
      initialized = count
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: moved)
  }

  /// The sRGB part of a picture with alpha.
  public func withoutAlpha() -> Picture {
    guard channels == 4 else { return self }
    var rgb = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<(width * height) {
      for c in 0..<3 { rgb[pixel * 3 + c] = samples[pixel * 4 + c] }
    }
    return Picture(width: width, height: height, channels: 3, samples: rgb)
  }

  /// An sRGB picture of a gray one; others are returned as they are.
  public func withThreeChannels() -> Picture {
    guard channels == 1 else { return withoutAlpha() }
    return Picture(
      width: width, height: height, channels: 3, samples: samples.flatMap { [$0, $0, $0] })
  }
}
