internal import Randomness

extension Canvas {
  /// Paints one to three lines of hills that end at the horizon.
  mutating func paintHills(
    _ place: Place, _ horizon: Float, _ light: Lighting, _ random: inout RandomStream
  ) {
    let noise = cloudy
    let layers = random.index(below: 4)
    let isRugged = random.chance(0.4)
    for layer in 0..<layers {
      let near = Float(layer + 1) / Float(layers)
      let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
      let height = random.float(0.1, 0.3) * (1.1 - 0.6 * near) * (isRugged ? 1.3 : 0.7)
      let frequency = random.float(5, 14) * (isRugged ? 1.6 : 0.8)
      let wooded =
        place == .snow ? hex(0xDDE6EE) : random.color(0x3F5A33, 0x566B3A, 0x4A5F4C, 0x6E6A45)
      let bare = place == .snow ? hex(0x8E9AA8) : random.color(0x7A6B58, 0x5E6150, 0x8A7A60)
      let haze = 0.75 * (1 - near) + 0.25
      wash(from: horizon - height, to: horizon + 0.02) {
        (x: Float, y: Float, old: Color) -> Color in
        let shape: Float = noise(x * frequency + offset.x, offset.y) * 0.9
        let teeth: Float = noise(x * frequency * 6, offset.x) * 0.12
        let ridge: Float = horizon - height * (shape + teeth)
        if y < ridge { return old }
        let slope = noise(x * 40 + offset.x, (y - ridge) * 60 + offset.y)
        let albedo = mix(bare, wooded, step(0.3, 0.6, slope)) * (0.75 + 0.5 * slope)
        let facing = SIMD3<Float>(0.6 * (slope - 0.5), -0.6, 0.7)
        let lit = mix(light.on(albedo, facing: facing), light.haze, haze)
        return mix(old, lit, min(1, (y - ridge) * 300))
      }
    }
  }

  /// Paints open ground from `top` to the bottom; with a `ragged` edge where it meets water.
  mutating func paintField(
    _ place: Place, _ top: Float, _ light: Lighting, _ random: inout RandomStream,
    ragged: Float = 0, air: Float = 0.35
  ) {
    guard top < 1 else { return }
    let (noise, fine) = (cloudy, grainy)
    let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
    let center = random.float(0, aspect)
    // What the ground is made of; its texture tells a part of its color.
    var base: Color
    var other: Color
    var blades: Float  // strength of upright streaks
    var streak: Float  // their length
    var bumps: Float  // strength of undulations
    var bloom = Color()
    var bloomCover: Float = 0
    switch place {
    case .savanna:
      base = random.color(0xC7A75E, 0xB8934E, 0xD1B878)
      other = random.color(0x9C7A42, 0xA98B55, 0x8B7B45)
      (blades, streak, bumps) = (0.5, 0.3, 0.2)
    case .snow:
      base = hex(0xF2F6FA) * 0.95
      other = hex(0xC4D3E4)
      (blades, streak, bumps) = (0.07, 1.3, 0.3)
    case .beach:
      base = random.color(0xDCC79A, 0xCDB484, 0xE3D3B0)
      other = random.color(0xB79B6C, 0xC2AB80)
      (blades, streak, bumps) = (0.16, 1.4, 0.25)
    default:
      base = random.color(0x5E8C36, 0x6F9A3C, 0x4E7A33, 0x7FA548)
      other = random.color(0x3F6328, 0x4C7030, 0x86923F)
      (blades, streak, bumps) = (0.42, 0.55, 0.2)
      if random.chance(0.35) {
        bloom = random.color(0xF3EDD8, 0xF2D23C, 0xC95C9A, 0xD8463A)
        bloomCover = random.float(0.01, 0.04)
      }
    }
    let depth = 1 - top
    wash(from: top - ragged, to: 1) { (x: Float, y: Float, old: Color) -> Color in
      var edge: Float = 1
      if ragged > 0 {
        let bay: Float = noise(x * 12 + offset.x, offset.y) - 0.5
        let shore: Float = top + bay * 2 * ragged
        edge = min(1, max(0, (y - shore) * 120))
        if edge <= 0 { return old }
      }
      let t = max(0, (y - top) / depth)
      let far = 1 / (t + 0.1)
      let u = (x - center) * far
      let wide = noise(u * 24 + offset.x, far * 30 + offset.y)
      // Streaks stand upright on the picture and shrink with distance.
      let near = min(1, t * 3 + 0.15)
      let sway: Float = (wide - 0.5) * 4
      let small = fine(x * 170 + offset.x, y * 170 * streak + offset.y)
      let large = fine(x * 80 + offset.y + sway, y * 80 * streak + offset.x)
      let blade: Float = small + (large - small) * min(1, t * 1.3)
      var albedo = mix(base, other, step(0.3, 0.9, wide))
      let standing: Float = blades * near * (2 * blade - 1)
      albedo *= 1 + standing + bumps * (wide - 0.5)
      if bloomCover > 0 {
        let spot = fine(u * 60 + offset.y, far * 90 + offset.x)
        albedo = mix(albedo, bloom, step(1 - bloomCover, 1 - 0.4 * bloomCover, spot))
      }
      let lit = mix(light.onGround(albedo), light.haze, air * (1 - min(1, t * 2.5)))
      return mix(old, lit, edge)
    }
  }

  /// Paints water that mirrors the sky, between two heights.
  mutating func paintWater(
    _ sky: Sky, from top: Float, to bottom: Float, _ light: Lighting,
    _ random: inout RandomStream
  ) {
    let noise = cloudy
    let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
    let deep: Color
    switch light.daytime {
    case .day: deep = random.color(0x1F5A78, 0x2A7A86, 0x2C5F8F, 0x3A8C94)
    case .overcast: deep = random.color(0x4A5A60, 0x56646A, 0x435258)
    case .sunset: deep = random.color(0x3A3450, 0x4A3A50)
    default: deep = random.color(0x0A1424, 0x0E1A2C)
    }
    let center = random.float(0, aspect)
    let swell = random.float(0.5, 1.2)
    let sparkle = light.daytime == .overcast ? 0.1 : random.float(0.3, 1)
    let depth = 1 - top
    wash(from: top, to: min(1, bottom + 0.04)) { (x: Float, y: Float, _: Color) -> Color in
      let t = (y - top) / depth
      let far = 1 / (t + 0.07)
      let u = (x - center) * far
      // Waves lie flat: they are wide and low.
      let wave = noise(u * 9 + offset.x, far * 22 + offset.y)
      let ripple = noise(u * 30 + offset.y, far * 70 + offset.x)
      let tilt = (wave - 0.5) * swell + (ripple - 0.5) * 0.5 * swell
      let mirrored = sky.clear(0.12 + 0.6 * t + tilt * 0.6)
      let share = min(0.85, max(0.12, 0.75 - 0.75 * t - tilt * 0.5))
      var color = mix(deep, mirrored, share)
      let path = max(0, 1 - abs(x - center) * 1.6)
      color += light.key * (step(0.86, 0.97, ripple) * sparkle * (0.25 + 0.75 * path))
      return color
    }
  }
}
