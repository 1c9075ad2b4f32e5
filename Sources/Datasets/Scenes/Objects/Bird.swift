internal import Randomness

/// What tells kinds of birds apart.
private struct Plumage {
  var back, belly, head, wing, beak: Color
  var isWader = false
}

private func plumage(_ random: inout RandomStream) -> Plumage {
  switch random.index(below: 7) {
  case 0:  // gull
    Plumage(
      back: hex(0xA8B0B8), belly: hex(0xF2F2EE), head: hex(0xF6F6F2), wing: hex(0x8E98A2),
      beak: hex(0xE8B830))
  case 1:  // robin
    Plumage(
      back: hex(0x7A6450), belly: hex(0xE0D4C0), head: hex(0xC8602C), wing: hex(0x6A5442),
      beak: hex(0x3A3028))
  case 2:  // crow
    Plumage(
      back: hex(0x1E1E24), belly: hex(0x26262C), head: hex(0x1A1A20), wing: hex(0x141418),
      beak: hex(0x1A1A1A))
  case 3:  // bluebird or tit
    Plumage(
      back: hex(0x3A6AB0), belly: random.color(0xE8C23A, 0xE09858), head: hex(0x2F5AA0),
      wing: hex(0x2A4A80), beak: hex(0x2A2A2A))
  case 4:  // parakeet
    Plumage(
      back: hex(0x4FA03A), belly: hex(0x9FC848), head: random.color(0xE8D848, 0xD84030),
      wing: hex(0x2F7030), beak: hex(0xD8886A))
  case 5:  // sparrow
    Plumage(
      back: hex(0x8A6A48), belly: hex(0xD8C8AC), head: hex(0x7A5A40), wing: hex(0x5A4430),
      beak: hex(0x5A4A3A))
  default:  // flamingo or heron: long legs
    Plumage(
      back: random.color(0xE8909A, 0xB0B8C0), belly: hex(0xE8D8D8), head: hex(0xE8E0E0),
      wing: random.color(0xD86A7C, 0x8A929A), beak: hex(0xD8A040), isWader: true)
  }
}

private func feathers(_ base: Color, _ second: Color? = nil, top: Float = 0, bottom: Float = 1)
  -> Material
{
  var feathers = Material(base)
  feathers.grain = 0.2
  feathers.grainScale = [50, 90]
  if let second {
    feathers.second = second
    feathers.pattern = .fade(top: top, bottom: bottom)
  }
  return feathers
}

/// A bird that stands, wades, swims or flies.
func birdSketch(isFlying: Bool, isSwimming: Bool, _ random: inout RandomStream) -> Sketch {
  let colors = plumage(&random)
  var sketch = Sketch()
  if isFlying {
    sketch.flyingBird(colors, &random)
  } else if colors.isWader && !isSwimming {
    sketch.wadingBird(colors, &random)
  } else {
    sketch.perchedBird(colors, isSwimming: isSwimming, &random)
  }
  return sketch
}

extension Sketch {
  private mutating func birdHead(_ x: Float, _ y: Float, _ r: Float, _ colors: Plumage) {
    polygon(
      [[x + r * 0.7, y - r * 0.3], [x + r * 0.7, y + r * 0.35], [x + r * 2.0, y + r * 0.2]],
      rounding: 0.01)
    part(Material(colors.beak))
    ellipse(x, y, r, r * 0.95)
    part(feathers(colors.head))
    eye(x + r * 0.35, y - r * 0.15, r * 0.2)
  }

  private mutating func wing(_ x: Float, _ y: Float, _ long: Float, _ turn: Float, _ color: Color) {
    var plumes = feathers(color)
    plumes.second = color * 0.6
    plumes.pattern = .stripes(direction: [0.5, 0.86], perUnit: 11, share: 0.35, waver: 0.3)
    plumes.roundness = 0.6
    ellipse(x, y, long, long * 0.42, turn: turn)
    part(plumes)
  }

  fileprivate mutating func perchedBird(
    _ colors: Plumage, isSwimming: Bool, _ random: inout RandomStream
  ) {
    let upright = isSwimming ? Float(0.1) : random.float(0.15, 0.7)
    let base: Float = isSwimming ? 0.13 : 0
    let legs: Float = isSwimming ? 0 : 0.16
    if !isSwimming {
      limb(-0.04, -0.3, 0.018, -0.02, -0.02, 0.014)
      limb(0.07, -0.3, 0.018, 0.09, -0.02, 0.014)
      limb(-0.06, -0.012, 0.012, 0.05, -0.012, 0.012)
      limb(0.05, -0.012, 0.012, 0.16, -0.012, 0.012)
      part(Material(mix(colors.beak, hex(0x8A6A50), 0.5)))
    }
    let (c, s) = (direction(-upright).x, direction(-upright).y)
    let middle = SIMD2<Float>(0, -legs - 0.27 + base)
    func at(_ along: Float, _ up: Float) -> SIMD2<Float> {
      middle + [along * c + up * s, along * s - up * c]
    }
    polygon([at(-0.3, 0.09), at(-0.3, -0.03), at(-0.66, -0.05), at(-0.68, 0.06)], rounding: 0.015)
    part(feathers(colors.wing))
    ellipse(middle.x, middle.y, 0.36, 0.24, turn: -upright)
    let head = at(0.32, 0.2)
    limb(at(0.2, 0.02).x, at(0.2, 0.02).y, 0.17, head.x, head.y, 0.14)
    part(
      feathers(colors.back, colors.belly, top: middle.y - 0.02, bottom: middle.y + 0.14),
      melt: 0.08)
    let shoulder = at(-0.1, 0.03)
    wing(shoulder.x, shoulder.y, 0.3, -upright + 0.1, colors.wing)
    birdHead(head.x + 0.02, head.y - 0.02, 0.16, colors)
  }

  fileprivate mutating func wadingBird(_ colors: Plumage, _ random: inout RandomStream) {
    let stride = random.float(0, 0.1)
    limb(-0.02, -0.5, 0.02, -0.04 - stride, -0.01, 0.015)
    limb(0.05, -0.5, 0.02, 0.06 + stride, -0.01, 0.015)
    part(Material(mix(colors.back, hex(0x8A6A50), 0.4)))
    let isDown = random.chance(0.3)
    let neck: [SIMD2<Float>] =
      isDown
      ? [[0.18, -0.6], [0.34, -0.6], [0.38, -0.4], [0.36, -0.24]]
      : [[0.18, -0.6], [0.32, -0.7], [0.26, -0.86], [0.34, -0.98]]
    curve(neck, 0.06, 0.035)
    ellipse(0, -0.57, 0.26, 0.15, turn: -0.15)
    part(feathers(colors.back, colors.belly, top: -0.6, bottom: -0.4), melt: 0.05)
    wing(-0.08, -0.59, 0.24, 0.05, colors.wing)
    let head = neck[3]
    curve([head + [0.04, 0], head + [0.13, 0.03], head + [0.16, 0.09]], 0.03, 0.014)
    part(Material(colors.beak))
    ellipse(head.x, head.y, 0.06, 0.052)
    part(feathers(colors.head))
    eye(head.x + 0.02, head.y - 0.01, 0.014)
  }

  /// Seen from below, both wings spread.
  private mutating func glidingBird(_ colors: Plumage, _ random: inout RandomStream) {
    let arch = random.float(0.05, 0.25)
    for side: Float in [-1, 1] {
      polygon(
        [
          [0, -0.42], [side * 0.34, -0.42 - arch], [side * 0.82, -0.36], [side * 0.76, -0.31],
          [side * 0.34, -0.26 - arch * 0.7], [0, -0.2],
        ], rounding: 0.02)
      var plumes = feathers(colors.wing)
      plumes.second = colors.wing * 0.5
      plumes.pattern = .stripes(direction: [side, 0.25], perUnit: 12, share: 0.35, waver: 0.2)
      plumes.roundness = 0.3
      part(plumes)
    }
    polygon([[-0.05, -0.12], [0.05, -0.12], [0.09, 0], [-0.09, 0]], rounding: 0.012)
    part(feathers(colors.wing))
    ellipse(0, -0.28, 0.095, 0.2)
    part(feathers(colors.belly, colors.back, top: -0.4, bottom: -0.1))
    polygon([[-0.025, -0.54], [0.025, -0.54], [0, -0.62]], rounding: 0.008)
    part(Material(colors.beak))
    ellipse(0, -0.49, 0.075, 0.075)
    part(feathers(colors.head))
  }

  fileprivate mutating func flyingBird(_ colors: Plumage, _ random: inout RandomStream) {
    if random.chance(0.4) { return glidingBird(colors, &random) }
    // Wings up or down.
    let beat = random.chance(0.65) ? random.float(0.55, 1) : random.float(-0.8, -0.5)
    let middle: Float = -0.4
    func pinion(_ root: SIMD2<Float>, _ lean: Float, _ color: Color) {
      let tip = root + [lean - 0.2, -0.72 * beat]
      let bend = root + [lean * 0.6, -0.4 * beat]
      polygon(
        [
          root + [0.15, 0], bend + [0.13, 0], tip, tip + [-0.08, 0.08 * beat], bend + [-0.2, 0],
          root + [-0.2, 0.02],
        ], rounding: 0.02)
      var plumes = feathers(color, color * 0.55, top: tip.y, bottom: root.y)
      plumes.roundness = 0.3
      part(plumes)
    }
    pinion([0.04, middle - 0.02], 0.14, colors.wing * 0.65)
    polygon(
      [
        [-0.26, middle - 0.05], [-0.26, middle + 0.05], [-0.5, middle + 0.1],
        [-0.52, middle - 0.06],
      ], rounding: 0.015)
    part(feathers(colors.wing))
    ellipse(0, middle, 0.33, 0.13, turn: -0.08)
    ellipse(0.28, middle - 0.05, 0.12, 0.1)
    part(feathers(colors.back, colors.belly, top: middle - 0.04, bottom: middle + 0.1), melt: 0.06)
    birdHead(0.34, middle - 0.06, 0.1, colors)
    pinion([0, middle - 0.02], -0.12, colors.wing)
  }
}
