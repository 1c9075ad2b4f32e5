internal import Randomness

/// A house with a front, a receding side and a pitched roof.
func houseSketch(_ daytime: Daytime, _ random: inout RandomStream) -> Sketch {
  let isTall = random.chance(0.4)
  let half = random.float(0.3, 0.42)
  let side = random.float(0.18, 0.4)
  let eaves: Float = isTall ? -0.66 : -0.52
  let ridge: Float = -1

  var wall: Material
  switch random.index(below: 3) {
  case 0:
    wall = Material(random.color(0x9E4B38, 0xA85E44, 0x8A4A40))
    wall.second = hex(0xB8AEA2)
    wall.pattern = .bricks(width: 0.085, height: 0.04)
    wall.grain = 0.25
  case 1:
    wall = Material(random.color(0x9A3028, 0x6B4A30, 0x8FA0A8, 0xE0DCD0, 0x4A6A58))
    wall.second = wall.base * 0.45
    wall.pattern = .boards(width: 0.055, upright: random.chance(0.5))
    wall.grain = 0.15
  default:
    wall = Material(random.color(0xF0EADC, 0xE8D49A, 0xE0B090, 0xC8D4C8, 0xB8C8DC))
    wall.grain = 0.08
    wall.grainScale = [12, 12]
  }
  wall.roundness = 0
  var shadedWall = wall
  shadedWall.base *= 0.62
  shadedWall.second *= 0.62
  var roof = Material(random.color(0xA84A30, 0x8A3A2C, 0x4A4E56, 0x5A4638, 0x6A5A48))
  roof.second = roof.base * 0.45
  roof.pattern = .tiles(width: 0.055, height: 0.05)
  roof.grain = 0.25
  roof.roundness = 0
  if random.chance(0.15) {  // thatch
    roof = Material(random.color(0xC0A468, 0xB09458))
    roof.grain = 0.5
    roof.grainScale = [70, 14]
    roof.roundness = 0
  }
  var glass = Material(random.color(0x33424E, 0x4A5C6A))
  glass.gloss = 0.5
  glass.second = glass.base * 2
  glass.pattern = .stripes(direction: [0.7, 0.7], perUnit: 5, share: 0.3, waver: 0)
  glass.roundness = 0
  if daytime == .night && random.chance(0.8) {
    glass = Material(hex(0xFFC060))
    glass.glow = 0.9
  }
  let frame = Material(random.color(0xF4F2EA, 0x4A3A2C, 0xF4F2EA))

  var sketch = Sketch()
  // The chimney stands behind the ridge.
  if random.chance(0.7) {
    let x = random.float(0, side)
    sketch.box(x, ridge - 0.1, x + 0.1, ridge + 0.2)
    var brick = Material(hex(0x8A4A3A))
    brick.second = hex(0xA89E92)
    brick.pattern = .bricks(width: 0.05, height: 0.03)
    sketch.part(brick)
  }
  // Side wall and roof recede to the right.
  let right = half + side * 2
  sketch.polygon([[half, eaves], [right, eaves], [right, -0.02], [half, 0]])
  sketch.part(shadedWall)
  sketch.polygon(
    [
      [0, ridge], [side * 2 + 0.02, ridge], [right + 0.05, eaves + 0.03],
      [half + 0.05, eaves + 0.03],
    ], rounding: 0.006)
  sketch.part(roof)
  sketch.polygon(
    [[-half, 0], [-half, eaves], [0, ridge + 0.015], [half, eaves], [half, 0]], rounding: 0.003)
  sketch.part(wall)
  var trim = Material(mix(roof.base, hex(0xF0ECE0), random.chance(0.5) ? 0.8 : 0))
  trim.roundness = 0
  sketch.curve([[-half - 0.05, eaves + 0.05], [0, ridge]], 0.022, 0.022)
  sketch.curve([[0, ridge], [half + 0.05, eaves + 0.05]], 0.022, 0.022)
  sketch.part(trim)

  func window(_ x: Float, _ y: Float, _ w: Float, _ h: Float) {
    sketch.box(x - w - 0.014, y - h - 0.014, x + w + 0.014, y + h + 0.014)
    sketch.part(frame)
    sketch.box(x - w, y - h, x + w, y + h)
    sketch.part(glass)
    sketch.box(x - 0.006, y - h, x + 0.006, y + h, rounding: 0.001)
    sketch.box(x - w, y - 0.006, x + w, y + 0.006, rounding: 0.001)
    sketch.part(frame)
  }
  let doorX = random.pick([-half * 0.5, 0, half * 0.5])
  sketch.box(doorX - 0.07, -0.24, doorX + 0.07, 0, rounding: 0.004)
  var door = Material(random.color(0x6A4228, 0x8A2A24, 0x2A5A48, 0x2F4A72, 0x3A2E28))
  door.roundness = 0
  door.second = door.base * 0.5
  door.pattern = .boards(width: 0.05, upright: true)
  sketch.part(door)
  let places: [Float] = doorX == 0 ? [-half * 0.62, half * 0.62] : [-doorX]
  for x in places { window(x, -0.19, 0.055, 0.06) }
  if isTall {
    for x in [-half * 0.5, half * 0.5] { window(x, -0.46, 0.055, 0.06) }
  }
  if random.chance(0.6) { window(0, eaves - (eaves - ridge) * 0.28, 0.045, 0.05) }
  let count = side > 0.28 ? 2 : 1
  for i in 0..<count {
    let x = half + side * 2 * (Float(i) + 0.5) / Float(count)
    window(x, -0.2, 0.05, 0.06)
    if isTall { window(x, -0.46, 0.05, 0.06) }
  }
  return sketch
}
