internal import Randomness

/// Colors and clouds of a sky.
struct Sky {
  var zenith, horizon: Color
  var cloudLight, cloudShade: Color
  /// Share of the sky that clouds cover, the softness of their edges, and how flat they lie.
  var cover, softness, flatness: Float
  var hasStars = false
  /// Where the sun or the moon stands, in units of the picture's height, its radius and its glow.
  var disc: SIMD2<Float>?
  var discRadius: Float = 0
  var discColor = Color()
  var glow: Float = 0
  var offset: SIMD2<Float>

  init(_ light: Lighting, _ random: inout RandomStream) {
    offset = [random.float(0, 256), random.float(0, 256)]
    switch light.daytime {
    case .day, .indoors:
      // Blue goes with crisp heaps of cloud.
      zenith = random.color(0x2F6FB8, 0x3F83C9, 0x2A62A8, 0x5595D0)
      horizon = random.color(0xB9D6EA, 0xCFE0EA, 0x9CC6E4)
      cloudLight = hex(0xFFFFFF) * 1.05
      cloudShade = hex(0xA9B6C4)
      (cover, softness, flatness) = (random.float(0.1, 0.5), 0.12, 2.2)
    case .overcast:
      zenith = random.color(0x8E979F, 0x7C858E, 0xA3A9AE)
      horizon = random.color(0xC6CBCF, 0xB5BBC0)
      cloudLight = hex(0xD9DDE0)
      cloudShade = hex(0x767E87)
      (cover, softness, flatness) = (random.float(0.75, 0.95), 0.5, 3)
    case .sunset:
      // Orange goes with long bands.
      zenith = random.color(0x4B4A7A, 0x63547F, 0x39466F)
      horizon = random.color(0xF7A65A, 0xF98F4B, 0xF3B873, 0xEE7F55)
      cloudLight = random.color(0xFF9A5C, 0xF5748A, 0xFFC07A)
      cloudShade = hex(0x5E4A66)
      (cover, softness, flatness) = (random.float(0.3, 0.6), 0.25, 8)
    case .night:
      zenith = random.color(0x0A1230, 0x0C1A3A, 0x101028)
      horizon = random.color(0x24365C, 0x2B3A55, 0x3A3550)
      cloudLight = hex(0x35456A)
      cloudShade = hex(0x141B30)
      (cover, softness, flatness) = (random.float(0.1, 0.5), 0.3, 3)
      hasStars = true
    }
    let side: Float = light.direction.x > 0 ? 1 : -1
    let place = SIMD2<Float>(0.66 + side * random.float(0.1, 0.6), random.float(0.05, 0.2))
    if light.daytime == .night && random.chance(0.5) {
      (disc, discRadius, discColor, glow) = (place, 0.035, hex(0xF4F0DC), 0.12)
    } else if light.daytime == .sunset && random.chance(0.7) {
      (disc, discRadius, discColor, glow) = (
        [place.x, random.float(0.2, 0.4)], random.float(0.04, 0.07), hex(0xFFF0C0), 0.5
      )
    }
  }

  /// The clear sky at this share of the way from the horizon (0) to the zenith (1).
  @inline(__always)
  func clear(_ up: Float) -> Color {
    let t = min(1, max(0, up))
    return mix(horizon, zenith, 1 - (1 - t) * (1 - t))
  }
}

extension Canvas {
  /// Paints the sky down to a height.
  mutating func paint(_ sky: Sky, to bottom: Float, _ light: Lighting) {
    let noise = cloudy
    let stars = grainy
    let threshold = 1 - sky.cover
    let toward = SIMD2<Float>(light.direction.x, -1) * 3
    wash(to: bottom) { (x: Float, y: Float, _: Color) -> Color in
      let up = (bottom - y) / bottom
      var color = sky.clear(up)
      if sky.hasStars {
        let spark = stars(x * 331 + sky.offset.x, y * 317 + sky.offset.y)
        color += Color(repeating: max(0, spark - 0.99) * 50 * up)
      }
      if let disc = sky.disc {
        let q = SIMD2(x, y) - disc
        let away = (q * q).sum().squareRoot() / sky.discRadius
        color += light.key * (sky.glow / (1 + away * away * 0.15))
        color = mix(color, sky.discColor, step(1.08, 0.95, away))
      }
      // Clouds crowd toward the horizon.
      let stretch = 1 / (0.3 + up)
      let u = x * 26 * stretch + sky.offset.x
      let v = y * 26 * stretch * sky.flatness * 0.6 + sky.offset.y
      let value = noise(u, v)
      let amount = step(threshold, threshold + sky.softness, value) * min(1, up * 6)
      if amount <= 0 { return color }
      let slope = (value - noise(u + toward.x, v + toward.y)) * 1.8 + 0.55
      let cloud = mix(sky.cloudShade, sky.cloudLight, min(1, max(0, slope)))
      return mix(color, cloud, amount * 0.92)
    }
  }
}
