internal import Glibc
internal import Randomness

/// A ball: for playing at the beach, for football, basketball or tennis, of wool or of rubber.
func ballSketch(_ random: inout RandomStream) -> Sketch {
  // An axis that leans toward the viewer, and one across it.
  let (a, b) = (random.float(0, 2 * .pi), random.float(0.2, 1.2))
  let axis = SIMD3<Float>(cos(a) * sin(b), sin(a) * sin(b), cos(b))
  let other = SIMD3<Float>(cos(a) * cos(b), sin(a) * cos(b), -sin(b))
  var skin: Material
  switch random.index(below: 6) {
  case 0:
    skin = Material(random.color(0xF2EEE2, 0xF6E27A))
    skin.second = random.color(0xD8392E, 0x2E6FC0, 0x2F9A55, 0xE88A2A)
    skin.pattern = .wedges(axis: axis, count: random.pick([3, 4]))
    skin.gloss = 0.6
    skin.grain = 0.02
  case 1:
    skin = Material(hex(0xF0F0EC))
    skin.second = random.color(0x1E1E22, 0x22356A, 0x8A1E24)
    skin.pattern = .pentagons(axis: axis, other: other)
    skin.gloss = 0.3
    skin.grain = 0.05
  case 2:
    skin = Material(random.color(0xC8662E, 0xB8562A, 0xD8803A))
    skin.second = hex(0x2A1A12)
    skin.pattern = .seams(axis: axis, other: other)
    skin.grain = 0.2
    skin.grainScale = [90, 90]
  case 3:
    skin = Material(random.color(0xC8D83A, 0xD2E04A))
    skin.second = hex(0xF0F0E8)
    skin.pattern = .curve(axis: axis, other: other)
    skin.grain = 0.3
    skin.grainScale = [110, 110]
  case 4:
    skin = Material(random.color(0x9A2F4A, 0x3A5A9A, 0xD8A23A, 0x6A3A7A, 0x3A7A5A, 0xB8B0A8))
    skin.second = skin.base * 0.45
    skin.pattern = .stripes(
      direction: [cos(a), sin(a)], perUnit: 14, share: 0.25, waver: 0.8)
    skin.grain = 0.3
    skin.grainScale = [30, 90]
  default:
    skin = Material(random.color(0xC83030, 0x2A62B8, 0x2F8F4A, 0xE0B030, 0xD86090, 0xE8E8E8))
    skin.gloss = 0.9
    skin.grain = 0.03
    if random.chance(0.5) {
      skin.second = hex(0xF4F4F0)
      skin.pattern = .stripes(direction: direction(a), perUnit: 1, share: 0.25, waver: 0)
    }
  }
  var sketch = Sketch()
  sketch.ellipse(0, -0.5, 0.5, 0.5)
  sketch.part(skin)
  return sketch
}
