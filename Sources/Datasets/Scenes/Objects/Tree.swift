internal import Glibc
internal import Randomness

/// A leafy tree, a conifer, a palm or a bare tree.
func treeSketch(_ place: Place, _ random: inout RandomStream) -> Sketch {
  var sketch = Sketch()
  let weights: [Double] =
    switch place {
    case .snow: [0.1, 0.6, 0, 0.3]
    case .beach, .savanna: [0.4, 0.05, 0.45, 0.1]
    default: [0.6, 0.3, 0, 0.1]
    }
  var bark = Material(random.color(0x5A4232, 0x6E5644, 0x4A3C34, 0x8A7A68))
  bark.grain = 0.4
  bark.grainScale = [90, 16]
  switch random.weighted(weights) {
  case 0: sketch.leafyTree(bark, &random)
  case 1: sketch.conifer(bark, isSnowy: place == .snow && random.chance(0.7), &random)
  case 2: sketch.palm(bark, &random)
  default: sketch.bareTree(bark, &random)
  }
  return sketch
}

extension Sketch {
  fileprivate mutating func leafyTree(_ bark: Material, _ random: inout RandomStream) {
    // Green leaves are dense, autumn's are sparse, blossom is speckled.
    let season = random.weighted([0.6, 0.25, 0.15])
    var leaves: Material
    switch season {
    case 0:
      leaves = Material(random.color(0x3F7A2C, 0x55883A, 0x2F6228, 0x6F9440))
      leaves.grain = 0.45
    case 1:
      leaves = Material(random.color(0xC8762A, 0xD89A34, 0xA84A24, 0xB8882E))
      leaves.grain = 0.55
    default:
      leaves = Material(random.color(0xE8A8B8, 0xF0D8DC, 0xE0C0CC))
      leaves.grain = 0.3
      leaves.second = random.color(0x7A8A4A, 0x8A6A5A)
      leaves.pattern = .patches(scale: 80, threshold: 0.72)
    }
    leaves.grainScale = [75, 75]
    let height = random.float(0.28, 0.42)
    let wide = random.float(0.26, 0.4)
    limb(0, 0, 0.05, random.float(-0.03, 0.03), -height - 0.15, 0.03)
    limb(0, -height, 0.03, -wide * 0.5, -height - 0.18, 0.016)
    limb(0, -height, 0.03, wide * 0.5, -height - 0.2, 0.016)
    part(bark, melt: 0.02)
    let middle = SIMD2<Float>(0, -(1 + height) / 2 - 0.03)
    let tall = (1 - height) / 2
    let count = season == 1 ? 11 : 15
    for index in 0..<count {
      // From the lower rim inward and up, so that lit clumps lie before dark ones.
      let angle = Float(index) * 2.4 + random.float(-0.3, 0.3)
      let out = (1 - Float(index) / Float(count)).squareRoot() * 0.74
      let center = middle + [cos(angle) * out * wide, sin(angle) * out * tall]
      let r = random.float(0.3, 0.46) * min(wide, tall)
      ellipse(center.x, center.y, r * 1.12, r)
      var clump = leaves
      clump.base *= random.float(0.75, 1.2)
      part(clump, ruffle: r * (season == 1 ? 0.9 : 0.55), ruffleScale: 42)
    }
  }

  fileprivate mutating func conifer(
    _ bark: Material, isSnowy: Bool, _ random: inout RandomStream
  ) {
    var needles = Material(random.color(0x24482E, 0x2F5638, 0x3A5A34, 0x2C4A44))
    needles.grain = 0.5
    needles.grainScale = [90, 50]
    needles.roundness = 0.5
    if isSnowy {
      needles.second = hex(0xEAF0F6)
      needles.pattern = .patches(scale: 30, threshold: 0.5)
    }
    let wide = random.float(0.24, 0.36)
    limb(0, 0, 0.035, 0, -0.3, 0.03)
    part(bark)
    let tiers = 4 + random.index(below: 3)
    for tier in 0..<tiers {
      let low = -0.12 - 0.8 * Float(tier) / Float(tiers)
      let high = min(-0.12 - 0.85 * Float(tier + 1) / Float(tiers) - 0.1, low - 0.18)
      let half = wide * (1 - 0.82 * Float(tier) / Float(tiers))
      polygon(
        [
          [0, max(-1, high)], [half * 0.5, low - 0.05], [half, low + 0.02], [0, low + 0.04],
          [-half, low + 0.02], [-half * 0.5, low - 0.05],
        ], rounding: 0.01)
      var branch = needles
      branch.base *= random.float(0.8, 1.15)
      part(branch, ruffle: 0.06, ruffleScale: 55)
    }
  }

  fileprivate mutating func palm(_ bark: Material, _ random: inout RandomStream) {
    let lean = random.float(-0.16, 0.16)
    var trunk = bark
    trunk.second = bark.base * 0.5
    trunk.pattern = .stripes(direction: [0, 1], perUnit: 22, share: 0.4, waver: 0.2)
    curve([[0, 0], [lean * 0.2, -0.3], [lean * 0.6, -0.55], [lean, -0.74]], 0.042, 0.026)
    part(trunk)
    var frond = Material(random.color(0x4F8A38, 0x6A9440, 0x3F7034))
    frond.grain = 0.4
    frond.grainScale = [90, 90]
    frond.roundness = 0.5
    let top = SIMD2<Float>(lean, -0.75)
    for index in 0..<9 {
      let angle = Float.pi * (0.02 + 1.2 * Float(index) / 8) - 0.32 + random.float(-0.1, 0.1)
      let out = SIMD2<Float>(cos(angle), -sin(angle))
      let reach = random.float(0.26, 0.36)
      let middle = top + out * (reach * 0.55) + [0, -0.03]
      let end = top + out * reach + [0, 0.16]
      curve([top, middle, end], 0.034, 0.012)
      var shaded = frond
      shaded.base *= random.float(0.7, 1.2)
      part(shaded, melt: 0.02, ruffle: 0.05, ruffleScale: 60)
    }
    if random.chance(0.5) {
      for x: Float in [-0.03, 0.03] { ellipse(top.x + x, top.y + 0.04, 0.028, 0.03) }
      part(Material(hex(0x5A3E26)))
    }
  }

  fileprivate mutating func bareTree(_ bark: Material, _ random: inout RandomStream) {
    func grow(_ from: SIMD2<Float>, _ angle: Float, _ length: Float, _ r: Float, _ level: Int) {
      let end = from + SIMD2(cos(angle), -sin(angle)) * length
      limb(from.x, from.y, r, end.x, end.y, r * 0.62)
      guard level < 4 else { return }
      for side: Float in [-1, 1] {
        grow(
          end, angle + side * random.float(0.25, 0.65), length * random.float(0.62, 0.8), r * 0.6,
          level + 1)
      }
    }
    grow([0, 0], .pi / 2 + random.float(-0.08, 0.08), 0.33, 0.05, 0)
    part(bark)
  }
}
