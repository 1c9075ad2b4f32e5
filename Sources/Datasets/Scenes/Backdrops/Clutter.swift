internal import Glibc
internal import Randomness

extension Canvas {
  /// Puts a few things without a label behind the objects: stones, bushes, posts, boxes, lamps.
  mutating func paintClutter(_ stage: Stage, _ random: inout RandomStream) {
    guard let land = stage.land else { return }
    let count = random.weighted([0.35, 0.3, 0.2, 0.15])
    for _ in 0..<count {
      var sketch = Sketch()
      switch stage.place {
      case .room: sketch.furniture(&random)
      case .street where random.chance(0.6): sketch.lampPost(stage.light, &random)
      case .street: sketch.crate(&random)
      case .snow, .beach: random.chance(0.8) ? sketch.stone(&random) : sketch.fence(&random)
      default:
        switch random.index(below: 3) {
        case 0: sketch.stone(&random)
        case 1: sketch.bush(stage.place, &random)
        default: sketch.fence(&random)
        }
      }
      let near = random.float(0, 0.6)
      let y = land.lowerBound + (min(1, land.upperBound) - land.lowerBound) * near
      let place = Placement(
        x: random.float(0, 1) * aspect, y: y, scale: random.float(0.12, 0.22) * (0.6 + near),
        flipped: random.chance(0.5), haze: stage.hazeAmount * 0.4 * (1 - near))
      shade(place.x, y, place.scale * 0.7, place.scale * 0.14, by: stage.light.shadow)
      paint(
        sketch, place, stage.light, number: 0, seed: [random.float(0, 256), random.float(0, 256)])
    }
  }
}

extension Sketch {
  fileprivate mutating func stone(_ random: inout RandomStream) {
    var rock = Material(random.color(0x8A8680, 0x6E6A66, 0x9A8F80, 0x7A7268))
    rock.grain = 0.35
    rock.grainScale = [24, 30]
    for x: Float in [-0.2, 0.3] where x < 0 || random.chance(0.5) {
      let r = random.float(0.25, 0.5)
      ellipse(x, -r * 0.5, r, r * random.float(0.5, 0.8), turn: random.float(-0.3, 0.3))
      part(rock, ruffle: 0.12, ruffleScale: 16)
    }
  }

  fileprivate mutating func bush(_ place: Place, _ random: inout RandomStream) {
    var leaves =
      place == .savanna
      ? Material(random.color(0x8A8040, 0x9A8A50)) : Material(random.color(0x446E30, 0x5A7F3C))
    leaves.grain = 0.5
    leaves.grainScale = [50, 50]
    for _ in 0..<5 {
      let r = random.float(0.24, 0.4)
      ellipse(random.float(-0.5, 0.5), -r * random.float(0.6, 1.4), r, r * 0.85)
      part(leaves, ruffle: r * 0.5, ruffleScale: 26)
      leaves.base *= random.float(0.85, 1.15)
    }
  }

  fileprivate mutating func fence(_ random: inout RandomStream) {
    var wood = Material(random.color(0x7A6248, 0x8F8478, 0xE4DED0))
    wood.grain = 0.3
    wood.grainScale = [60, 14]
    let posts = 2 + random.index(below: 4)
    let reach = Float(posts) * 0.6
    for y: Float in [-0.72, -0.38] { box(-reach, y - 0.05, reach, y + 0.05) }
    part(wood)
    for post in 0...posts {
      let x = -reach + 2 * reach * Float(post) / Float(posts)
      box(x - 0.06, -1, x + 0.06, 0)
    }
    part(wood)
  }

  fileprivate mutating func lampPost(_ light: Lighting, _ random: inout RandomStream) {
    limb(0, 0, 0.06, 0, -2.6, 0.04)
    limb(0, 0, 0.12, 0, -0.25, 0.07)
    part(Material(random.color(0x2E3234, 0x3A463E, 0x6A6E70)))
    polygon([[-0.16, -2.95], [0.16, -2.95], [0.1, -2.6], [-0.1, -2.6]], rounding: 0.03)
    var glass = Material(hex(0xFFE2A0))
    glass.glow = light.daytime == .night ? 1.5 : 0.1
    part(glass)
  }

  fileprivate mutating func crate(_ random: inout RandomStream) {
    box(-0.4, -0.7, 0.4, 0, rounding: 0.02)
    var wood = Material(random.color(0x9A744A, 0xB08A5C, 0x4A6A50))
    wood.second = wood.base * 0.5
    wood.pattern = .boards(width: 0.18, upright: random.chance(0.5))
    wood.roundness = 0
    part(wood)
  }

  fileprivate mutating func furniture(_ random: inout RandomStream) {
    var cloth = Material(random.color(0x7A3A34, 0x3F5A7A, 0x8A8A5A, 0xB8A080, 0x4A4A52))
    cloth.grain = 0.2
    if random.chance(0.5) {  // an armchair
      box(-0.75, -1.6, 0.75, -0.5, rounding: 0.16)
      part(cloth)
      box(-0.65, -0.75, 0.65, -0.15, rounding: 0.1)
      part(cloth)
      for x: Float in [-0.8, 0.8] { box(x - 0.18, -1.0, x + 0.18, -0.05, rounding: 0.14) }
      part(cloth)
    } else {  // a table
      var wood = Material(random.color(0x8A5F38, 0x6A4630, 0xB08A5C))
      wood.grain = 0.3
      wood.grainScale = [8, 60]
      for x: Float in [-0.8, 0.8] { limb(x, -1, 0.06, x, 0, 0.045) }
      part(wood)
      box(-1, -1.1, 1, -0.98, rounding: 0.02)
      part(wood)
    }
  }
}
