internal import Randomness

/// When and under which sky a scene takes place.
enum Daytime: String, CaseIterable {
  case day, overcast, sunset, night, indoors
}

/// The light of a scene.
struct Lighting {
  let daytime: Daytime
  /// Toward the light: x right, y down, z to the viewer; length 1.
  var direction: SIMD3<Float>
  /// Color of the light, of the sky around and of what the ground sends back.
  var key, sky, ground: Color
  /// Color of distant air.
  var haze: Color
  /// How much of the light a cast shadow takes away, 0...1.
  var shadow: Float

  /// Light as it is at this time of the day, somewhat different every time.
  init(_ daytime: Daytime, _ random: inout RandomStream) {
    self.daytime = daytime
    let side: Float = random.chance(0.5) ? 1 : -1
    var toward = SIMD3<Float>(side * random.float(0.25, 0.8), -0.75, random.float(0.3, 0.7))
    switch daytime {
    case .day:
      key = Color(1.0, 0.93, 0.82) * random.float(0.85, 1.1)
      sky = Color(0.34, 0.42, 0.55) * random.float(0.8, 1.1)
      ground = Color(0.2, 0.19, 0.14)
      haze = hex(0xC4D8EA)
      shadow = 0.6
    case .overcast:
      key = Color(0.3, 0.3, 0.3) * random.float(0.8, 1.2)
      sky = Color(0.62, 0.65, 0.68) * random.float(0.85, 1.1)
      ground = Color(0.3, 0.3, 0.28)
      haze = hex(0xC9CDD0)
      shadow = 0.28
    case .sunset:
      toward.y = random.float(-0.4, -0.2)
      toward.z = random.float(0.15, 0.5)
      key = Color(1.05, 0.56, 0.26) * random.float(0.85, 1.1)
      sky = Color(0.33, 0.26, 0.34) * random.float(0.8, 1.1)
      ground = Color(0.16, 0.1, 0.08)
      haze = hex(0xE8B48C)
      shadow = 0.5
    case .night:
      key = Color(0.2, 0.26, 0.4) * random.float(0.8, 1.2)
      sky = Color(0.06, 0.085, 0.16) * random.float(0.9, 1.4)
      ground = Color(0.03, 0.035, 0.05)
      haze = hex(0x1B2740)
      shadow = 0.5
    case .indoors:
      toward.y = -0.9
      let warmth = random.float(0, 1)
      key = mix(Color(0.72, 0.74, 0.76), Color(0.85, 0.68, 0.46), warmth) * random.float(0.8, 1.1)
      sky = mix(Color(0.42, 0.43, 0.45), Color(0.42, 0.35, 0.28), warmth)
      ground = Color(0.22, 0.18, 0.15)
      haze = hex(0xB0A898)
      shadow = 0.45
    }
    let length = (toward * toward).sum().squareRoot()
    direction = toward / length
  }

  /// The light that leaves a surface of this color that faces `normal`.
  @inline(__always)
  func on(_ albedo: Color, facing normal: SIMD3<Float>) -> Color {
    let toward = normal.x * direction.x + normal.y * direction.y + normal.z * direction.z
    let direct = max(0, toward * 0.9 + 0.1)
    let up = 0.5 - 0.5 * normal.y
    return albedo * (ground + (sky - ground) * up + key * direct)
  }

  /// The light that leaves level ground of this color.
  @inline(__always)
  func onGround(_ albedo: Color) -> Color {
    albedo * (sky + key * max(0.1, -direction.y))
  }
}
