/// The colors that the samples of an indexed picture stand for.
public struct Palette: Sendable, Equatable {
  /// At most 256 sRGB colors (red, green, blue).
  public let colors: [SIMD3<UInt8>]

  /// A palette of these colors; traps when there are none or more than 256.
  public init(_ colors: [SIMD3<UInt8>]) {
    precondition(
      (1...256).contains(colors.count), "Palette: \(colors.count) colors are not in 1...256")
    self.colors = colors
  }

  /// The palette of PASCAL VOC's masks: black background, distinct classes, 255 pale for the void.
  ///
  /// - Source: `VOClabelcolormap.m` of the VOC development kit: bits 0, 3, 6 ... of the index
  ///   become red from the highest bit down, bits 1, 4, 7 green, bits 2, 5, 8 blue.
  public static let voc = Palette(
    (0..<256).map { index in
      var color = SIMD3<UInt8>()
      for bit in 0..<8 {
        for channel in 0..<3 where index >> (3 * bit + channel) & 1 == 1 {
          color[channel] |= 0x80 >> UInt8(bit)
        }
      }
      return color
    })

  /// The sRGB picture that an indexed one stands for; traps when an index has no color.
  public func colored(_ indices: Picture) -> Picture {
    precondition(indices.channels == 1, "Palette.colored: \(indices.channels) channels")
    var rgb = [UInt8]()
    rgb.reserveCapacity(indices.samples.count * 3)
    for index in indices.samples {
      precondition(
        Int(index) < colors.count, "Palette.colored: index \(index) in \(colors.count) colors")
      let color = colors[Int(index)]
      rgb.append(color.x)
      rgb.append(color.y)
      rgb.append(color.z)
    }
    return Picture(width: indices.width, height: indices.height, channels: 3, samples: rgb)
  }
}
