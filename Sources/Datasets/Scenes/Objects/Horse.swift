internal import Randomness

/// A horse that stands, grazes or gallops.
func horseSketch(_ random: inout RandomStream) -> Sketch {
  var hide: Material
  let mane: Material
  var stockings: Material?
  switch random.index(below: 4) {
  case 0:  // bay: brown with black mane
    hide = fur(random.color(0x7A4424, 0x8F552C, 0x6A3A20))
    mane = fur(hex(0x1E1614))
    stockings = fur(hex(0x241A16))
  case 1:  // chestnut with a mane of its own color, or flaxen
    hide = fur(random.color(0xA8602C, 0xB87238, 0x9A5428))
    mane = fur(random.chance(0.5) ? hex(0xE0C898) : hide.base * 0.7)
    if random.chance(0.5) { stockings = fur(hex(0xECE4D8)) }
  case 2:  // gray, dappled
    hide = fur(random.color(0xD8D4CE, 0xB4B2B0))
    hide.second = hide.base * 0.6
    hide.pattern = .patches(scale: 45, threshold: random.float(0.55, 0.75))
    mane = fur(random.chance(0.5) ? hex(0x6A6866) : hex(0xE8E4DE))
  default:  // black
    hide = fur(random.color(0x201C1C, 0x2A2422))
    mane = fur(hex(0x141212))
  }
  hide.grain = 0.08
  hide.gloss = 0.12
  // Where knees and hooves are: fore near, fore far, hind near, hind far.
  var knees: [SIMD2<Float>] = [[0.27, -0.3], [0.22, -0.3], [-0.36, -0.3], [-0.3, -0.3]]
  var hooves: [SIMD2<Float>] = [[0.27, -0.03], [0.2, -0.03], [-0.36, -0.03], [-0.28, -0.03]]
  var head = SIMD2<Float>(0.56, -1.02)
  var nose = SIMD2<Float>(0.74, -0.86)
  var tail: [SIMD2<Float>] = [[-0.46, -0.68], [-0.56, -0.62], [-0.58, -0.44], [-0.56, -0.26]]
  switch random.index(below: 3) {
  case 0:
    let s = random.float(-0.07, 0.07)
    for (i, sign) in [Float(1), -1, -1, 1].enumerated() {
      knees[i].x += s * sign * 0.7
      hooves[i].x += s * sign
    }
  case 1:
    (head, nose) = ([0.66, -0.36], [0.74, -0.13])
  default:
    knees = [[0.5, -0.46], [0.42, -0.34], [-0.52, -0.36], [-0.3, -0.32]]
    hooves = [[0.62, -0.26], [0.3, -0.16], [-0.74, -0.16], [-0.5, -0.05]]
    (head, nose) = ([0.64, -0.98], [0.84, -0.86])
    tail = [[-0.46, -0.68], [-0.6, -0.72], [-0.74, -0.64], [-0.84, -0.52]]
  }
  let hips: [SIMD2<Float>] = [[0.26, -0.52], [0.22, -0.5], [-0.36, -0.54], [-0.32, -0.52]]
  let hoof = Material(hex(0x241E1A))

  var sketch = Sketch()
  func legs(_ which: [Int], _ hide: Material) {
    for i in which {
      sketch.limb(hips[i].x, hips[i].y, i < 2 ? 0.08 : 0.11, knees[i].x, knees[i].y, 0.048)
      sketch.limb(knees[i].x, knees[i].y, 0.044, hooves[i].x, hooves[i].y - 0.04, 0.032)
    }
    sketch.part(hide, melt: 0.02)
    if var stockings {
      if which[0] % 2 == 1 { stockings.base *= 0.6 }
      for i in which {
        let middle = knees[i] * 0.4 + hooves[i] * 0.6
        sketch.limb(middle.x, middle.y, 0.04, hooves[i].x, hooves[i].y - 0.03, 0.035)
      }
      sketch.part(stockings)
    }
    for i in which {
      sketch.limb(hooves[i].x, hooves[i].y - 0.03, 0.036, hooves[i].x + 0.02, hooves[i].y, 0.036)
    }
    sketch.part(hoof)
  }
  var far = hide
  far.base *= 0.55
  far.second *= 0.55
  legs([1, 3], far)
  sketch.curve(tail, 0.035, 0.06)
  sketch.part(mane, melt: 0.03, ruffle: 0.05, ruffleScale: 50)
  legs([0, 2], hide)
  // A slender body, a strong croup, a long neck.
  sketch.limb(-0.32, -0.62, 0.17, 0.24, -0.6, 0.165)
  sketch.ellipse(-0.34, -0.62, 0.17, 0.18)
  sketch.limb(0.28, -0.66, 0.14, head.x - 0.06, head.y + 0.02, 0.075)
  sketch.part(hide, melt: 0.08)
  // The mane runs down the neck's upper edge.
  let neck = head - [0.22, -0.66]
  let length = max(0.01, (neck * neck).sum().squareRoot())
  let up = SIMD2(neck.y, -neck.x) / length * (neck.x > 0 ? 1 : -1)
  sketch.curve(
    [
      [0.2, -0.76], [0.34, -0.82] + up * 0.03, head + up * 0.07 + [-0.1, 0.02],
      head + [-0.03, -0.07],
    ], 0.035, 0.045)
  sketch.part(mane, ruffle: 0.05, ruffleScale: 50)
  sketch.polygon(
    [head + [-0.06, -0.05], head + [0.01, -0.06], head + [-0.01, -0.16]], rounding: 0.012)
  sketch.part(hide)
  sketch.limb(head.x, head.y, 0.085, nose.x, nose.y, 0.055)
  sketch.part(hide)
  if random.chance(0.4) {
    let blaze = head * 0.5 + nose * 0.5 + [0.02, -0.045]
    sketch.limb(blaze.x - 0.04, blaze.y - 0.02, 0.016, blaze.x + 0.05, blaze.y + 0.03, 0.014)
    sketch.part(fur(hex(0xF0EAE0)))
  }
  sketch.eye(head.x + 0.03, head.y - 0.01, 0.02)
  sketch.eye(nose.x + 0.025, nose.y + 0.005, 0.013)
  return sketch
}
