internal import ColorScience
internal import Images

/// A color space in which regions are found and compared.
public enum ProposalSpace: String, Codable, CaseIterable, Sendable {
  /// Hue, saturation and value of sRGB.
  case hsv
  /// CIE Lab.
  case lab
  /// sRGB as it is.
  case rgb
  /// Normalized red and green, and intensity.
  case rgI
  /// Intensity alone.
  case intensity

  /// Three planes between 0 and 255 (one for intensity), row by row.
  func planes(of picture: Picture) -> [[Float]] {
    let rgb = picture.withThreeChannels().samples
    if self == .lab {
      let lab = LabPlanes(rgb: rgb)
      return [lab.lightness.map { $0 * 2.55 }, lab.a.map { $0 + 128 }, lab.b.map { $0 + 128 }]
    }
    var planes = [[Float]](
      repeating: [Float](repeating: 0, count: rgb.count / 3), count: self == .intensity ? 1 : 3)
    for pixel in planes[0].indices {
      let color = SIMD3<Float>(
        Float(rgb[3 * pixel]), Float(rgb[3 * pixel + 1]), Float(rgb[3 * pixel + 2]))
      let converted = self.color(color)
      for channel in planes.indices { planes[channel][pixel] = converted[channel] }
    }
    return planes
  }

  private func color(_ rgb: SIMD3<Float>) -> SIMD3<Float> {
    let sum = rgb.sum()
    switch self {
    case .hsv: return Self.hsv(rgb)
    case .rgI:
      return sum == 0 ? [85, 85, 0] : [rgb.x / sum * 255, rgb.y / sum * 255, sum / 3]
    case .intensity: return [sum / 3, 0, 0]
    case .rgb, .lab: return rgb
    }
  }

  /// - Source: Smith, "Color gamut transform pairs", SIGGRAPH 1978.
  private static func hsv(_ rgb: SIMD3<Float>) -> SIMD3<Float> {
    let (high, low) = (rgb.max(), rgb.min())
    let range = high - low
    guard range > 0 else { return [0, 0, high] }
    var sector: Float
    if high == rgb.x {
      sector = (rgb.y - rgb.z) / range
      if sector < 0 { sector += 6 }
    } else if high == rgb.y {
      sector = 2 + (rgb.z - rgb.x) / range
    } else {
      sector = 4 + (rgb.x - rgb.y) / range
    }
    return [sector / 6 * 255, range / high * 255, high]
  }
}
