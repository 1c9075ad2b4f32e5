internal import ColorScience
public import Images

/// The a and b that a picture shall have, usually at a smaller size than the picture's own.
public struct ChromaMap: Sendable, Equatable {
  /// Columns and rows.
  public let width, height: Int
  /// Green to red, and blue to yellow, row by row.
  public let a, b: [Float]

  /// A map of these planes; traps when their lengths do not fit.
  public init(width: Int, height: Int, a: [Float], b: [Float]) {
    precondition(
      width > 0 && height > 0 && a.count == width * height && b.count == a.count,
      "ChromaMap: planes of \(a.count) and \(b.count) do not fill \(width) x \(height)")
    (self.width, self.height, self.a, self.b) = (width, height, a, b)
  }

  /// No color.
  public static let gray = ChromaMap(width: 1, height: 1, a: [0], b: [0])

  /// The map at another size, bilinear with pixel centers at halves, as the released demo enlarges.
  public func resized(width newWidth: Int, height newHeight: Int) -> ChromaMap {
    if newWidth == width && newHeight == height { return self }
    let (a, b) = rows(0..<newHeight, width: newWidth, height: newHeight)
    return ChromaMap(width: newWidth, height: newHeight, a: a, b: b)
  }

  /// A picture of this lightness and alpha in the map's colors.
  ///
  /// Works on a band of rows at a time, so that a large picture takes little more than itself.
  public func painted(on picture: Picture) -> Picture {
    let rgb = picture.withThreeChannels()
    var samples = painted(rgb.samples, rgb.width, rgb.height) { band, a, b in
      LabPlanes(lightness: LabPlanes(rgb: band).lightness, a: a, b: b).rgb
    }
    if picture.channels == 4 { samples = joined(samples, alphaOf: picture.samples) }
    return Picture(
      width: picture.width, height: picture.height, channels: picture.channels == 4 ? 4 : 3,
      samples: samples)
  }

  /// A picture of this lightness and alpha in the map's colors, with all its 16 bits of lightness.
  public func painted(on picture: DeepPicture) -> DeepPicture {
    let rgb =
      picture.channels == 3
      ? picture.samples
      : picture.samples.indices.lazy.filter { $0 % 4 != 3 }.map { picture.samples[$0] }
    var samples = painted(rgb, picture.width, picture.height) { band, a, b in
      LabPlanes(lightness: LabPlanes(deepRGB: band).lightness, a: a, b: b).deepRGB
    }
    if picture.channels == 4 { samples = joined(samples, alphaOf: picture.samples) }
    return DeepPicture(
      width: picture.width, height: picture.height, channels: picture.channels, samples: samples)
  }

  /// A picture file in the map's colors, of the depth it had.
  public func painted(on picture: StoredPicture) -> StoredPicture {
    switch picture {
    case .shallow(let picture): .shallow(painted(on: picture))
    case .deep(let picture): .deep(painted(on: picture))
    }
  }

  private func painted<Code>(
    _ rgb: [Code], _ columns: Int, _ height: Int, _ paint: ([Code], [Float], [Float]) -> [Code]
  ) -> [Code] {
    var result: [Code] = []
    result.reserveCapacity(rgb.count)
    let band = max(1, (1 << 18) / columns)
    for first in stride(from: 0, to: height, by: band) {
      let range = first..<min(first + band, height)
      let (a, b) = rows(range, width: columns, height: height)
      let place = range.lowerBound * columns * 3..<range.upperBound * columns * 3
      result += paint(Array(rgb[place]), a, b)
    }
    return result
  }

  private func joined<Code>(_ rgb: [Code], alphaOf rgba: [Code]) -> [Code] {
    var result = rgba
    for pixel in 0..<rgba.count / 4 {
      for channel in 0..<3 { result[4 * pixel + channel] = rgb[3 * pixel + channel] }
    }
    return result
  }

  /// Some rows of the map as it is at another size.
  private func rows(
    _ range: Range<Int>, width newWidth: Int, height newHeight: Int
  ) -> (a: [Float], b: [Float]) {
    let across = Self.places(old: width, new: newWidth, 0..<newWidth)
    let down = Self.places(old: height, new: newHeight, range)
    func enlarged(_ plane: [Float]) -> [Float] {
      [Float](unsafeUninitializedCapacity: range.count * newWidth) { out, count in
        plane.withUnsafeBufferPointer { plane in
          for (row, y) in down.enumerated() {
            let (top, bottom) = (y.low * width, y.high * width)
            for (column, x) in across.enumerated() {
              let above = plane[top + x.low] + (plane[top + x.high] - plane[top + x.low]) * x.share
              let below =
                plane[bottom + x.low] + (plane[bottom + x.high] - plane[bottom + x.low]) * x.share
              out[row * newWidth + column] = above + (below - above) * y.share
            }
          }
        }
        count = range.count * newWidth
      }
    }
    return (enlarged(a), enlarged(b))
  }

  /// Between which old places each new one lies, and how far toward the second.
  private static func places(
    old: Int, new: Int, _ range: Range<Int>
  ) -> [(low: Int, high: Int, share: Float)] {
    range.map { at in
      let place = max(0, (Double(at) + 0.5) * Double(old) / Double(new) - 0.5)
      let low = min(Int(place), old - 1)
      return (low, min(low + 1, old - 1), Float(place - Double(low)))
    }
  }
}
