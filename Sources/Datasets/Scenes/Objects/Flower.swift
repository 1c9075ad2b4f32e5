internal import Glibc
internal import Randomness

/// A flower or a few of them, growing from the ground or in a pot.
func flowerSketch(inPot: Bool, _ random: inout RandomStream) -> Sketch {
  var sketch = Sketch()
  let foot: Float = inPot ? -0.26 : 0
  let stems = 1 + random.weighted([0.45, 0.3, 0.25])
  let kind = random.index(below: 5)
  var green = Material(random.color(0x3F7A34, 0x55883F, 0x4A6F38))
  green.grain = 0.2
  var heads: [SIMD2<Float>] = []
  for stem in 0..<stems {
    let spread = stems == 1 ? 0 : (Float(stem) / Float(stems - 1) - 0.5) * 0.62
    let head = SIMD2<Float>(
      spread + random.float(-0.06, 0.06), foot - (0.78 - 0.3 * abs(spread)) * (1 + foot * 0.75))
    let bend = SIMD2<Float>(spread * 0.35 + random.float(-0.05, 0.05), (foot + head.y) / 2)
    sketch.curve([[spread * 0.1, foot], bend, head], 0.017, 0.014)
    sketch.part(green)
    for side: Float in [-1, 1] where random.chance(0.8) {
      let root = SIMD2<Float>(spread * 0.2, foot + (head.y - foot) * random.float(0.15, 0.45))
      let long = random.float(0.1, 0.16)
      let turn = side > 0 ? random.float(-0.9, -0.3) : .pi - random.float(-0.9, -0.3)
      sketch.ellipse(
        root.x + cos(turn) * long, root.y + sin(turn) * long, long, long * 0.3, turn: turn)
      var leaf = green
      leaf.base *= random.float(0.75, 1.2)
      leaf.roundness = 0.6
      sketch.part(leaf)
    }
    heads.append(head)
  }
  if inPot {
    sketch.polygon([[-0.19, -0.3], [0.19, -0.3], [0.13, 0], [-0.13, 0]], rounding: 0.015)
    var pot = Material(random.color(0xB8663C, 0xC88058, 0xE4E0D4, 0x4A6A8A, 0x6A8A6A))
    pot.second = pot.base * 0.5
    pot.pattern = .stripes(direction: [1, 0], perUnit: 2.4, share: 0.4, waver: 0)
    pot.gloss = 0.3
    sketch.part(pot)
    sketch.box(-0.22, -0.34, 0.22, -0.26, rounding: 0.015)
    sketch.part(pot)
  }
  let colors = petals(kind, &random)
  for head in heads {
    let size = (stems == 1 ? random.float(0.19, 0.25) : random.float(0.13, 0.18))
    sketch.blossom(kind, head, size, colors, &random)
  }
  return sketch
}

/// Petals of a kind of flower, and its middle.
private func petals(_ kind: Int, _ random: inout RandomStream) -> (Material, Material) {
  var petal: Material
  var middle: Material
  switch kind {
  case 0:  // daisy
    petal = Material(random.color(0xF6F2EA, 0xF6F2EA, 0xE8B8CC, 0xC8A8E0))
    middle = Material(hex(0xE8B020))
  case 1:  // sunflower
    petal = Material(random.color(0xF0B81C, 0xF4C830, 0xE09018))
    middle = Material(hex(0x4A2E1A))
  case 2:  // tulip
    petal = Material(random.color(0xD02A30, 0xE8C02A, 0xE87AA0, 0x8A3A8A, 0xF0E8E0, 0xE86A28))
    middle = petal
  case 3:  // poppy or anemone: few, broad petals
    petal = Material(random.color(0xD83020, 0xE05A2A, 0x6A5AC0, 0xE890B0))
    middle = Material(hex(0x1E1A1E))
  default:  // cornflower, carnation: many ragged petals
    petal = Material(random.color(0x3F5FC8, 0x5A6AD0, 0xC83A6A, 0xE8E0E8, 0xD8507A))
    middle = Material(petal.base * 0.5)
  }
  petal.grain = 0.15
  petal.roundness = 0.5
  middle.grain = 0.5
  middle.grainScale = [110, 110]
  return (petal, middle)
}

extension Sketch {
  fileprivate mutating func blossom(
    _ kind: Int, _ center: SIMD2<Float>, _ size: Float, _ colors: (Material, Material),
    _ random: inout RandomStream
  ) {
    let (petal, middle) = colors
    if kind == 2 {
      for (x, shade) in [(Float(-0.5), Float(0.75)), (0.5, 0.85), (0, 1)] {
        ellipse(
          center.x + x * size * 0.7, center.y - size * 0.1, size * 0.42, size * 0.85, turn: x * 0.5)
        var leaf = petal
        leaf.base *= shade
        leaf.second = petal.base * shade * 0.5
        leaf.pattern = .fade(top: center.y, bottom: center.y + size)
        part(leaf)
      }
      return
    }
    let squash = random.float(0.6, 1)  // seen at an angle
    let start = random.float(0, 1)
    let rings: [(count: Int, reach: Float, wide: Float)] =
      switch kind {
      case 0: [(14, 0.66, 0.13)]
      case 1: [(16, 0.72, 0.14), (15, 0.62, 0.12)]
      case 3: [(5, 0.5, 0.5)]
      default: [(13, 0.72, 0.2), (10, 0.5, 0.2), (7, 0.28, 0.2)]
      }
    for (ring, look) in rings.enumerated() {
      for index in 0..<look.count {
        let angle = (Float(index) + start + 0.5 * Float(ring)) * 2 * .pi / Float(look.count)
        let out = SIMD2<Float>(cos(angle), sin(angle) * squash)
        let long = size * (kind == 3 ? 0.5 : 0.36)
        ellipse(
          center.x + out.x * size * look.reach, center.y + out.y * size * look.reach, long,
          size * look.wide * (kind == 3 ? 1 : 0.95), turn: atan2(out.y, out.x))
        var leaf = petal
        leaf.base *= (index % 2 == 0 ? 1 : 0.84) * random.float(0.92, 1.05)
        part(leaf, ruffle: kind == 4 ? 0.03 : 0, ruffleScale: 60)
      }
    }
    if kind == 4 { return }
    let core = size * (kind == 1 ? 0.42 : kind == 3 ? 0.22 : 0.3)
    ellipse(center.x, center.y, core, core * squash)
    part(middle)
  }
}
