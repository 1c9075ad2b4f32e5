internal import Randomness

/// A car, seen from the side or from the front.
func carSketch(_ daytime: Daytime, _ random: inout RandomStream) -> Sketch {
  var body = Material(
    random.color(
      0xB82A24, 0x2A4F96, 0xE6E4DE, 0x2A2C30, 0x9AA0A6, 0x2F6A48, 0x7A2030, 0x6FA0B8, 0xC8BFA8))
  body.gloss = 0.9
  body.grain = 0.02
  body.roundness = 0.7
  var glass = Material(random.color(0x28343E, 0x3A4A56))
  glass.second = glass.base * 3
  glass.gloss = 0.8
  glass.grain = 0
  var sketch = Sketch()
  let lights = daytime == .night || daytime == .sunset
  if random.chance(0.7) {
    sketch.carFromTheSide(&body, glass, lights, &random)
  } else {
    sketch.carFromTheFront(body, glass, lights, &random)
  }
  return sketch
}

extension Sketch {
  private mutating func wheel(_ x: Float, _ r: Float) {
    ellipse(x, -r, r, r)
    var tire = Material(hex(0x1C1C1E))
    tire.roundness = 0.4
    part(tire)
    ellipse(x, -r, r * 0.6, r * 0.6)
    var rim = Material(hex(0xA8ACB0))
    rim.second = hex(0x2A2A2C)
    rim.pattern = .spots(perUnit: 2.2 / r, radius: 0.22)
    rim.gloss = 0.6
    part(rim)
  }

  fileprivate mutating func carFromTheSide(
    _ body: inout Material, _ glass: Material, _ isLit: Bool, _ random: inout RandomStream
  ) {
    let kind = random.index(below: 5)  // sedan, hatchback, van, sports car, taxi
    if kind == 4 { body.base = random.color(0xE8B820, 0xF0C838) }
    if kind == 3 { body.base = random.color(0xC8241E, 0xD83A20, 0x1E1E22, 0xE0A818) }
    if kind == 2 { body.base = random.color(0xE6E4DE, 0x4A6A8A, 0x8A4A2A, 0x9AA0A6) }
    let roof: [SIMD2<Float>]
    switch kind {
    case 1:
      roof = [[-0.86, -0.5], [-0.74, -0.84], [-0.6, -0.9], [0.14, -0.9], [0.46, -0.54]]
    case 2:
      roof = [[-1.02, -0.5], [-1.0, -1.02], [-0.94, -1.06], [0.46, -1.06], [0.76, -0.58]]
    case 3:
      roof = [[-0.66, -0.46], [-0.36, -0.7], [-0.2, -0.74], [0.1, -0.73], [0.42, -0.48]]
    default:
      roof = [[-0.78, -0.52], [-0.52, -0.84], [-0.4, -0.88], [0.18, -0.88], [0.5, -0.54]]
    }
    let belt: Float = kind == 3 ? -0.48 : -0.54
    let length: Float = kind == 2 ? 1.1 : 1.05
    if kind == 4 {
      box(-0.22, -1.0, 0.06, -0.88, rounding: 0.02)
      var sign = Material(hex(0xF4EFD8))
      sign.glow = isLit ? 1 : 0
      part(sign)
    }
    polygon(roof, rounding: 0.03)
    part(body)
    // Windows follow the roof, a little smaller, split by a pillar.
    let center = SIMD2<Float>(-0.14, belt - 0.04)
    let panes = roof.map { corner -> SIMD2<Float> in
      let q = center + (corner - center) * 0.84
      return [q.x, min(q.y, belt - 0.01)]
    }
    polygon(panes, rounding: 0.01)
    var mirror = glass
    mirror.pattern = .stripes(direction: [0.8, 0.6], perUnit: 1.4, share: 0.3, waver: 0.2)
    part(mirror)
    box(-0.2, roof[2].y, -0.14, belt, rounding: 0.01)
    part(body)
    polygon(
      [
        [-length, belt + 0.06], [-length + 0.06, belt], [0.5, belt], [length - 0.08, belt + 0.1],
        [length, -0.34], [length - 0.02, -0.16], [-length + 0.02, -0.16],
      ], rounding: 0.035)
    var lower = body
    lower.second = body.base * 0.35
    lower.pattern = .fade(top: -0.34, bottom: -0.08)
    part(lower)
    if kind == 4 {
      box(-length + 0.05, belt + 0.11, length - 0.1, belt + 0.17, rounding: 0.005)
      var checks = Material(hex(0x1A1A1A))
      checks.second = hex(0xF0E8D0)
      checks.pattern = .stripes(direction: [1, 0], perUnit: 7, share: 0.5, waver: 0)
      part(checks)
    }
    box(-0.16, belt + 0.03, -0.14, -0.2, rounding: 0.002)
    part(Material(body.base * 0.4))
    box(-0.34, belt + 0.06, -0.22, belt + 0.09, rounding: 0.008)
    part(Material(hex(0x55585C)))
    var lamp = Material(hex(0xFFF2C8))
    lamp.glow = isLit ? 1.2 : 0.1
    ellipse(length - 0.05, -0.38, 0.06, 0.05)
    part(lamp)
    var tail = Material(hex(0xC82018))
    tail.glow = isLit ? 0.8 : 0.05
    ellipse(-length + 0.03, -0.4, 0.04, 0.06)
    part(tail)
    for x: Float in [-0.62, 0.62] {
      ellipse(x, -0.2, 0.24, 0.24)
      part(Material(hex(0x121214)))
      wheel(x, 0.19)
    }
  }

  fileprivate mutating func carFromTheFront(
    _ body: Material, _ glass: Material, _ isLit: Bool, _ random: inout RandomStream
  ) {
    let wide = random.float(0.62, 0.72)
    for side: Float in [-1, 1] {
      box(side * wide - 0.13, -0.3, side * wide + 0.05 * side + 0.08, 0, rounding: 0.04)
    }
    part(Material(hex(0x18181A)))
    polygon(
      [
        [-wide + 0.06, -0.55], [-wide * 0.68, -0.98], [wide * 0.68, -0.98], [wide - 0.06, -0.55],
      ],
      rounding: 0.05)
    part(body)
    polygon(
      [
        [-wide + 0.13, -0.57], [-wide * 0.62, -0.92], [wide * 0.62, -0.92], [wide - 0.13, -0.57],
      ],
      rounding: 0.02)
    var mirror = glass
    mirror.pattern = .stripes(direction: [0.8, 0.6], perUnit: 1.2, share: 0.3, waver: 0.2)
    part(mirror)
    box(-wide - 0.06, -0.6, wide + 0.06, -0.14, rounding: 0.1)
    part(body)
    ellipse(-wide - 0.08, -0.64, 0.07, 0.05)
    ellipse(wide + 0.08, -0.64, 0.07, 0.05)
    part(body)
    box(-0.32, -0.42, 0.32, -0.27, rounding: 0.03)
    var grille = Material(hex(0x1A1A1C))
    grille.second = hex(0x8A8E92)
    grille.pattern = .boards(width: 0.05, upright: false)
    part(grille)
    box(-wide - 0.04, -0.23, wide + 0.04, -0.13, rounding: 0.03)
    part(Material(body.base * 0.4))
    box(-0.15, -0.22, 0.15, -0.14, rounding: 0.01)
    part(Material(hex(0xE8E8E0)))
    var lamp = Material(hex(0xFFF4D0))
    lamp.glow = isLit ? 1.4 : 0.15
    ellipse(-wide + 0.12, -0.4, 0.1, 0.085)
    ellipse(wide - 0.12, -0.4, 0.1, 0.085)
    part(lamp)
  }
}
