internal import Randomness

/// A sailing boat, a rowing boat or a small steamer.
func boatSketch(_ random: inout RandomStream) -> Sketch {
  var hull = Material(
    random.color(0xF0EDE4, 0x2A4A7A, 0xB03028, 0x2F6A50, 0x2A2A2E, 0x8A5A34, 0xE0B040))
  hull.second = hull.base * 0.4
  hull.pattern = .fade(top: -0.14, bottom: 0.02)
  hull.gloss = 0.3
  hull.grain = 0.06
  var wood = Material(random.color(0x8A5F38, 0xA87A48))
  wood.grain = 0.25
  wood.grainScale = [12, 80]
  var sketch = Sketch()
  switch random.index(below: 3) {
  case 0: sketch.sailingBoat(hull, wood, &random)
  case 1: sketch.rowingBoat(hull, wood, &random)
  default: sketch.steamer(hull, wood, &random)
  }
  return sketch
}

extension Sketch {
  fileprivate mutating func sailingBoat(
    _ hull: Material, _ wood: Material, _ random: inout RandomStream
  ) {
    var canvas = Material(
      random.color(0xF4F0E6, 0xF4F0E6, 0xC8502E, 0x2F5A96, 0xE8C860, 0xD8D0C0))
    canvas.grain = 0.06
    canvas.grainScale = [8, 20]
    canvas.roundness = 0
    canvas.second = canvas.base * 0.72
    canvas.pattern =
      random.chance(0.4)
      ? .stripes(direction: [0.1, 1], perUnit: 8, share: 0.35, waver: 0)
      : .fade(top: -0.9, bottom: -0.1)
    limb(0.02, -0.1, 0.014, 0.02, -1.0, 0.01)
    part(wood)
    let belly = random.float(0.02, 0.08)
    polygon(
      [
        [-0.01, -0.96], [-0.01, -0.24], [-0.38 - belly, -0.22], [-0.32 - belly, -0.4],
        [-0.16 - belly, -0.7],
      ], rounding: 0.008)
    part(canvas)
    polygon([[0.05, -0.88], [0.05, -0.24], [0.42, -0.2], [0.24, -0.5]], rounding: 0.008)
    var jib = canvas
    jib.base *= 0.85
    part(jib)
    polygon([[-0.5, -0.17], [0.56, -0.2], [0.42, 0], [-0.4, 0]], rounding: 0.015)
    part(hull)
    box(-0.22, -0.22, 0.12, -0.16, rounding: 0.015)
    part(wood)
  }

  fileprivate mutating func rowingBoat(
    _ hull: Material, _ wood: Material, _ random: inout RandomStream
  ) {
    // The inner side shows above the near edge.
    ellipse(0, -0.36, 0.84, 0.13)
    var inside = wood
    inside.base *= 0.55
    inside.roundness = 0
    part(inside)
    for x: Float in [-0.4, 0.05, 0.45] {
      limb(x, -0.4, 0.035, x + 0.06, -0.28, 0.04)
    }
    part(wood)
    polygon(
      [
        [-0.95, -0.46], [-0.5, -0.33], [0, -0.29], [0.5, -0.33], [0.98, -0.5], [0.74, -0.06],
        [0.5, 0], [-0.5, 0], [-0.76, -0.08],
      ], rounding: 0.02)
    part(hull)
    curve(
      [[-0.95, -0.46], [-0.5, -0.33], [0, -0.29], [0.5, -0.33], [0.98, -0.5]], 0.025, 0.025)
    part(wood)
    if random.chance(0.6) {
      limb(0.1, -0.36, 0.02, 0.72, 0.02, 0.02)
      limb(0.66, -0.02, 0.035, 0.82, 0.08, 0.045)
      part(wood)
    }
  }

  fileprivate mutating func steamer(
    _ hull: Material, _ wood: Material, _ random: inout RandomStream
  ) {
    var cabin = Material(random.color(0xF0EEE6, 0xE0D2B0, 0xD8E0E4))
    cabin.grain = 0.05
    cabin.roundness = 0
    limb(0.4, -0.3, 0.014, 0.4, -0.98, 0.01)
    part(wood)
    box(-0.02, -0.92, 0.16, -0.5, rounding: 0.02)
    var funnel = Material(random.color(0xB83028, 0x2A2A2E, 0xE0A030))
    funnel.second = hex(0xF0ECE0)
    funnel.pattern = .stripes(direction: [0, 1], perUnit: 4, share: 0.35, waver: 0)
    part(funnel)
    box(-0.5, -0.62, 0.28, -0.28, rounding: 0.02)
    part(cabin)
    var glass = Material(hex(0x2E4450))
    glass.gloss = 0.7
    for x: Float in [-0.4, -0.22, -0.04, 0.14] { box(x - 0.06, -0.55, x + 0.06, -0.43) }
    part(glass)
    polygon(
      [
        [-0.78, -0.34], [-0.3, -0.29], [0.4, -0.31], [0.9, -0.44], [0.72, -0.04], [0.6, 0],
        [-0.66, 0],
      ], rounding: 0.02)
    part(hull)
    limb(-0.76, -0.28, 0.02, 0.8, -0.32, 0.02)
    part(Material(mix(hull.base, hex(0xFFFFFF), 0.6)))
  }
}
