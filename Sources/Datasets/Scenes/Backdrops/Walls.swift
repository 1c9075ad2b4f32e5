internal import Randomness

/// A wall's look: plaster, brick or boards, with the colors that go with each.
private func wallMaterial(_ random: inout RandomStream) -> Material {
  switch random.index(below: 3) {
  case 0:
    var brick = Material(random.color(0x9A4A38, 0xA85B42, 0x8A5548, 0xB07050))
    brick.second = mix(brick.base, random.color(0xB9AFA3, 0x9C948B), 0.6)
    brick.pattern = .bricks(width: random.float(0.045, 0.07), height: random.float(0.024, 0.032))
    brick.grain = 0.3
    brick.grainScale = [30, 70]
    return brick
  case 1:
    var boards = Material(random.color(0x8A6A48, 0xA58560, 0x6E7F86, 0xC9C2B4, 0x6B4A35))
    boards.second = boards.base * 0.35
    boards.pattern = .boards(width: random.float(0.05, 0.09), upright: random.chance(0.6))
    boards.grain = 0.25
    boards.grainScale = [60, 9]
    return boards
  default:
    var plaster = Material(random.color(0xE3D9C3, 0xD9B98A, 0xC9D0D2, 0xE0B7A0, 0xD8D27F))
    plaster.grain = 0.12
    plaster.grainScale = [14, 14]
    return plaster
  }
}

extension Canvas {
  /// Fills a rectangle with a material that faces the viewer.
  private mutating func board(
    _ left: Float, _ top: Float, _ right: Float, _ bottom: Float, _ material: Material,
    _ light: Lighting
  ) {
    var sketch = Sketch()
    sketch.box(left, top, right, bottom, rounding: 0.001)
    var flat = material
    flat.roundness = 0
    sketch.part(flat)
    paint(sketch, Placement(x: 0, y: 0, scale: 1), light, number: 0)
  }

  /// A garden wall or fence before bushes, down to the lawn.
  mutating func paintWall(_ horizon: Float, _ light: Lighting, _ random: inout RandomStream) {
    let height = random.float(0.25, 0.6)
    if random.chance(0.6) {
      paintHedge(from: horizon - height - random.float(0.05, 0.2), to: horizon, light, &random)
    }
    board(-0.1, horizon - height, aspect + 0.1, horizon + 0.04, wallMaterial(&random), light)
    if random.chance(0.4) {
      paintHedge(from: horizon - random.float(0.05, 0.14), to: horizon + 0.05, light, &random)
    }
  }

  /// Leaves all over, down from a ragged edge.
  mutating func paintHedge(
    from top: Float, to bottom: Float, _ light: Lighting, _ random: inout RandomStream
  ) {
    let (noise, fine) = (cloudy, grainy)
    let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
    let leaf = random.color(0x3F6B2C, 0x4F7A35, 0x34562B, 0x6A7F35)
    wash(from: top - 0.04, to: bottom) { (x: Float, y: Float, old: Color) -> Color in
      let edge = top + (noise(x * 22 + offset.x, offset.y) - 0.5) * 0.08
      if y < edge { return old }
      let clump = noise(x * 26 + offset.x, y * 26 + offset.y)
      let blade = fine(x * 55 + offset.x, y * 55 + offset.y)
      let facing = SIMD3<Float>(clump - 0.5, -0.5, 0.6)
      let lit = light.on(leaf * (0.35 + 0.8 * clump + 0.5 * (blade - 0.5)), facing: facing)
      return mix(old, lit, min(1, (y - edge) * 200))
    }
  }

  /// Houses in a row along a street, with windows, some of them lit at night.
  mutating func paintFacades(_ horizon: Float, _ light: Lighting, _ random: inout RandomStream) {
    var left = random.float(-0.3, 0)
    while left < aspect {
      let width = random.float(0.25, 0.6)
      let top = horizon - random.float(0.22, 0.7)
      board(left, top, left + width, horizon + 0.06, wallMaterial(&random), light)
      let columns = max(1, Int(width / 0.14))
      let pitch = width / Float(columns)
      let story = random.float(0.13, 0.19)
      var glass = Material(random.color(0x3A4A5A, 0x506070, 0x2A3238))
      glass.gloss = 0.4
      glass.second = glass.base * 2.2
      glass.pattern = .fade(top: top, bottom: horizon)
      var lamp = Material(hex(0xFFC870))
      lamp.glow = 0.9
      var y = top + 0.05
      while y + 0.1 < horizon - 0.02 {
        for column in 0..<columns {
          let x = left + (Float(column) + 0.5) * pitch
          let isLit = light.daytime == .night && random.chance(0.4)
          board(x - 0.032, y, x + 0.032, y + 0.085, isLit ? lamp : glass, light)
        }
        y += story
      }
      left += width + (random.chance(0.25) ? random.float(0.02, 0.12) : 0)
    }
  }

  /// A pavement and a road that runs across, with a dashed line.
  mutating func paintRoad(_ horizon: Float, _ light: Lighting, _ random: inout RandomStream) {
    let (noise, fine) = (cloudy, grainy)
    let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
    let tar = random.color(0x55565A, 0x48484C, 0x6A6763)
    let pavement = random.color(0xA8A39A, 0x96928C, 0xB5A996)
    let curb = horizon + random.float(0.06, 0.14)
    let line = curb + (1 - curb) * random.float(0.4, 0.6)
    let dash = random.float(2, 3.5)
    let isWet = light.daytime == .night || random.chance(0.2)
    wash(from: horizon, to: 1) { (x: Float, y: Float, _: Color) -> Color in
      let t = (y - horizon) / (1 - horizon)
      let far = 1 / (t + 0.15)
      let speckle = fine(x * 60 * far * 0.4 + offset.x, y * 90 + offset.y)
      let worn = noise(x * 14 + offset.x, far * 12 + offset.y)
      var albedo: Color
      if y < curb {
        let joint = (x * far * 2.2).rest < 0.04 ? Float(0.75) : 1
        albedo = pavement * (joint * (0.9 + 0.2 * speckle))
      } else if y < curb + 0.014 {
        albedo = pavement * 0.6
      } else {
        albedo = tar * (0.75 + 0.3 * worn + 0.25 * speckle)
        let thickness = 0.012 + 0.02 * (y - curb)
        if abs(y - line) < thickness && ((x + offset.x) * dash).rest < 0.55 {
          albedo = mix(albedo, hex(0xE8E4D8), 0.8)
        }
      }
      var lit = light.onGround(albedo)
      if isWet { lit += light.haze * (0.12 * step(0.4, 0.9, worn)) }
      return lit
    }
  }

  /// A wall with paper or paint, a skirting board, and a floor of planks, tiles or carpet.
  mutating func paintRoom(_ horizon: Float, _ light: Lighting, _ random: inout RandomStream) {
    var paper = Material(
      random.color(0xE8DDC8, 0xB8C8C0, 0xC8A890, 0x9FB0C8, 0xD8C070, 0xA86858, 0x7F9A80))
    paper.grain = 0.06
    paper.grainScale = [9, 9]
    switch random.index(below: 4) {
    case 0:
      paper.second = paper.base * random.float(0.7, 0.85)
      paper.pattern = .stripes(
        direction: [1, 0], perUnit: random.float(6, 12), share: 0.5, waver: 0)
    case 1:
      paper.second = mix(paper.base, hex(0xFFFFFF), 0.4)
      paper.pattern = .spots(perUnit: random.float(7, 11), radius: 0.2)
    case 2: paper = wallMaterial(&random)
    default: break
    }
    board(-0.1, -0.1, aspect + 0.1, horizon, paper, light)
    if random.chance(0.5) { hangPicture(above: horizon, light, &random) }
    let wood = random.color(0x9A6B3F, 0xB58A58, 0x6F4A2E, 0xC2A27A)
    let carpet = random.color(0x8A3A3A, 0x4A5A78, 0x9A8A70, 0x5A6A50)
    let kind = random.index(below: 3)
    let (noise, fine) = (cloudy, grainy)
    let offset = SIMD2<Float>(random.float(0, 256), random.float(0, 256))
    let middle = random.float(0.3, 0.7) * aspect
    let pieces = random.float(2.2, 4)
    wash(from: horizon, to: 1) { (x: Float, y: Float, _: Color) -> Color in
      let t = (y - horizon) / (1 - horizon)
      let far = 1 / (t + 0.45)
      let u = (x - middle) * far
      let albedo: Color
      switch kind {
      case 0:
        let plank = (u * pieces).lowered
        let joint: Float = (u * pieces).rest < 0.05 ? 0.45 : 1
        let tone = 0.8 + 0.4 * noise(plank * 37 + offset.x, offset.y)
        let vein = fine(u * 60 + offset.x, far * 14 + plank * 9)
        albedo = wood * (joint * tone * (0.88 + 0.24 * vein))
      case 1:
        let (a, b) = ((u * pieces).rest, (far * pieces * 0.9).rest)
        let isDark = Int((u * pieces).lowered + (far * pieces * 0.9).lowered) & 1 == 0
        let joint: Float = a < 0.04 || b < 0.04 ? 0.7 : 1
        albedo = mix(hex(0xD8D2C6), carpet, isDark ? 0.5 : 0) * joint
      default:
        albedo = carpet * (0.75 + 0.5 * fine(x * 100 + offset.x, y * 130 + offset.y))
      }
      return light.onGround(albedo) * (0.8 + 0.3 * t)
    }
    var skirting = Material(hex(0xE8E4DC))
    skirting.grain = 0
    board(-0.1, horizon - 0.035, aspect + 0.1, horizon + 0.004, skirting, light)
  }

  private mutating func hangPicture(
    above horizon: Float, _ light: Lighting, _ random: inout RandomStream
  ) {
    let x = random.float(0.1, 0.9) * aspect
    let y = horizon * random.float(0.25, 0.5)
    let (w, h) = (random.float(0.08, 0.18), random.float(0.08, 0.14))
    board(x - w, y - h, x + w, y + h, Material(random.color(0x5A3A22, 0xC8A860, 0x2A2A2A)), light)
    var view = Material(random.color(0x8AB0C8, 0xC8A080, 0x90A070))
    view.second = random.color(0x3A5A3A, 0x405070, 0x804030)
    view.pattern = .fade(top: y - h, bottom: y + h)
    view.grain = 0.3
    view.grainScale = [20, 20]
    board(x - w + 0.018, y - h + 0.018, x + w - 0.018, y + h - 0.018, view, light)
  }
}
