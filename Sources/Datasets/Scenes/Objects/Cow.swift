internal import Randomness

/// A cow that stands or grazes.
func cowSketch(_ random: inout RandomStream) -> Sketch {
  var hide: Material
  var legs: Material
  switch random.index(below: 4) {
  case 0...1:  // patched
    hide = fur(hex(0xEDE6DA))
    hide.second = random.color(0x1E1A1A, 0x6A3A22, 0x1E1A1A)
    hide.pattern = .patches(scale: 17, threshold: random.float(0.4, 0.62))
    legs = fur(hex(0xEDE6DA))
  case 2:  // brown, lighter below
    hide = fur(random.color(0x8A5530, 0xA8703F, 0x6B4128, 0xC09560))
    hide.second = mix(hide.base, hex(0xE8D8C0), 0.5)
    hide.pattern = .fade(top: -0.62, bottom: -0.3)
    legs = hide
  default:  // black
    hide = fur(random.color(0x221E1C, 0x2E2826))
    legs = hide
  }
  hide.grain = 0.12
  let isGrazing = random.chance(0.4)
  let hasHorns = random.chance(0.5)
  let stride = random.float(-0.08, 0.08)
  let muzzle = Material(hex(0xD8A8A0))
  let horn = Material(hex(0xD8CDB4))
  let hoof = Material(hex(0x2E2622))
  var far = legs
  far.base *= 0.55
  far.second *= 0.55

  var sketch = Sketch()
  sketch.limb(0.3, -0.45, 0.08, 0.3 - stride, -0.06, 0.05)
  sketch.limb(-0.34, -0.45, 0.09, -0.34 + stride, -0.06, 0.05)
  sketch.part(far)
  sketch.curve([[-0.5, -0.78], [-0.58, -0.7], [-0.58, -0.5], [-0.56, -0.36]], 0.03, 0.025)
  sketch.part(hide)
  sketch.ellipse(-0.57, -0.32, 0.035, 0.07)
  sketch.part(fur(hex(0x2E2622)))
  sketch.ellipse(-0.16, -0.34, 0.12, 0.07)
  sketch.part(muzzle)
  for (x, s) in [(Float(0.38), stride), (-0.42, -stride)] {
    sketch.limb(x, -0.45, 0.085, x + s * 0.5, -0.24, 0.06)
    sketch.limb(x + s * 0.5, -0.24, 0.06, x + s, -0.06, 0.05)
  }
  sketch.part(legs, melt: 0.02)
  for x: Float in [0.38 + stride, -0.42 - stride] { sketch.limb(x, -0.06, 0.055, x, -0.03, 0.06) }
  sketch.part(hoof)
  // A body like a barrel: level back, deep belly.
  sketch.limb(-0.36, -0.6, 0.22, 0.3, -0.6, 0.24)
  sketch.ellipse(-0.05, -0.55, 0.42, 0.25)
  sketch.ellipse(0.38, -0.62, 0.14, 0.22)
  let head = isGrazing ? SIMD2<Float>(0.72, -0.22) : SIMD2<Float>(0.66, -0.84)
  sketch.limb(0.4, -0.68, 0.17, head.x - 0.08, head.y, 0.12)
  sketch.part(hide, melt: 0.1)

  let nose = isGrazing ? head + [0.06, 0.14] : head + [0.17, 0.12]
  if hasHorns {
    sketch.curve(
      [head + [-0.04, -0.1], head + [0.02, -0.19], head + [0.1, -0.22]], 0.03, 0.012)
    sketch.curve(
      [head + [-0.1, -0.1], head + [-0.14, -0.19], head + [-0.1, -0.25]], 0.03, 0.012)
    sketch.part(horn)
  }
  sketch.ellipse(head.x - 0.16, head.y - 0.06, 0.1, 0.045, turn: 0.35)
  sketch.part(hide)
  sketch.limb(head.x - 0.05, head.y - 0.02, 0.115, nose.x, nose.y, 0.085)
  sketch.part(hide)
  sketch.ellipse(nose.x + 0.02, nose.y + 0.01, 0.075, 0.065)
  sketch.part(muzzle)
  sketch.eye(nose.x + 0.045, nose.y - 0.005, 0.015)
  sketch.eye(head.x - 0.01, head.y - 0.03, 0.026)
  return sketch
}
