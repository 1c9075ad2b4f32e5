/// A label mask: the class of each pixel, read from a palette or gray PNG.
///
/// The indices of a palette mean nothing by themselves, since programs that make files smaller
/// renumber them: the color of a pixel says its class, by VOC's color map, or by its level where
/// all colors that occur are gray. Gray samples are the classes themselves; those of 1, 2 or 4
/// bits are expanded to 8 as the PNG standard has it (the largest becomes 255).
public struct LabelMask: Sendable {
  /// The class of each pixel, one sample per pixel.
  public var classes: Picture
  /// Whether the samples of the file are these classes.
  public let isStoredSo: Bool

  /// Decodes a mask; a palette whose colors name no classes is an error, as are pictures that are
  /// no masks.
  public init(decoding bytes: [UInt8]) throws(ImageError) {
    let header = try bytes.withUnsafeBytes { raw in
      Result { () throws(ImageError) in try ImageHeader(of: raw) }
    }.get()
    let stored = try Picture(decoding: bytes, as: .paletteIndices)
    let meanings: [UInt8]
    if header.hasPalette {
      meanings = try classesMeant(
        by: paletteColors(ofPNG: bytes), used: Set(stored.samples).sorted())
    } else {
      let largest = 1 << header.bitDepth - 1
      meanings = (0...largest).map { UInt8($0 * 255 / largest) }
    }
    classes = stored
    for (place, sample) in stored.samples.enumerated() {
      classes.samples[place] = meanings[Int(sample)]
    }
    isStoredSo = classes == stored
  }
}

/// The class that each used index of a palette stands for; other indices stand for 0.
private func classesMeant(
  by colors: [SIMD3<UInt8>], used: [UInt8]
) throws(ImageError) -> [UInt8] {
  if let index = used.last, Int(index) >= colors.count {
    throw ImageError(
      .noClass("index \(index) has no color in the mask's palette of \(colors.count)"))
  }
  var meanings = [UInt8](repeating: 0, count: 256)
  let known = Dictionary(uniqueKeysWithValues: zip(Palette.voc.colors, UInt8.min...UInt8.max))
  let areGray = used.allSatisfy {
    let color = colors[Int($0)]
    return color.x == color.y && color.y == color.z
  }
  let areKnown = used.allSatisfy { known[colors[Int($0)]] != nil }
  for index in used {
    let color = colors[Int(index)]
    if areKnown, let number = known[color] {
      meanings[Int(index)] = number
    } else if areGray {
      meanings[Int(index)] = color.x
    } else if known[color] == nil {
      throw ImageError(
        .noClass(
          "the mask's palette gives index \(index) the color (\(color.x), \(color.y), "
            + "\(color.z)), which is not in VOC's color map"))
    }
  }
  return meanings
}

/// The colors of a PNG that was decoded without fault; none where it has no palette.
private func paletteColors(ofPNG bytes: [UInt8]) -> [SIMD3<UInt8>] {
  var at = 8
  while at + 12 <= bytes.count {
    let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - at - 12 else { return [] }
    if bytes[at + 4..<at + 8].elementsEqual("PLTE".utf8) {
      return stride(from: at + 8, to: at + 8 + length - 2, by: 3).map {
        SIMD3(bytes[$0], bytes[$0 + 1], bytes[$0 + 2])
      }
    }
    at += 12 + length
  }
  return []
}
