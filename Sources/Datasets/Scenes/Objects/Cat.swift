internal import Randomness

/// A cat that sits, walks or lies.
func catSketch(_ random: inout RandomStream) -> Sketch {
  let coat: Material
  var chest: Material
  var eyes = random.color(0xB8C040, 0xD8B030, 0x7FB060)
  switch random.index(below: 6) {
  case 0...1:  // tabby: ginger, gray or brown, always striped
    var tabby = fur(random.color(0xD08A45, 0xC87A38, 0x8E8A84, 0x8A6A48))
    tabby.second = tabby.base * 0.38
    tabby.pattern = .stripes(direction: [0.96, 0.28], perUnit: 9, share: 0.4, waver: 1.1)
    (coat, chest) = (tabby, fur(mix(tabby.base, hex(0xF6EFE4), 0.6)))
  case 2:  // black, often with a white chest
    coat = fur(random.color(0x1E1C1C, 0x2A2624))
    chest = random.chance(0.6) ? fur(hex(0xEFEAE2)) : coat
  case 3:  // white with patches
    var white = fur(hex(0xF0EBE2))
    white.second = random.color(0x2A2624, 0xC87A38, 0x8E8A84)
    white.pattern = .patches(scale: 26, threshold: random.float(0.5, 0.75))
    (coat, chest) = (white, fur(hex(0xF4F0E8)))
  case 4:  // Siamese: light with a dark face
    var light = fur(random.color(0xDCCBB0, 0xE4D8C4))
    light.second = hex(0x4A382C)
    light.pattern = .fade(top: -0.25, bottom: 0.1)
    (coat, chest) = (light, light)
    eyes = hex(0x5A9AD8)
  default:  // blue-gray
    coat = fur(random.color(0x6A727C, 0x5A6068))
    chest = coat
  }
  let isSiamese = eyes.z > eyes.x
  let face = isSiamese ? fur(hex(0x4A382C)) : coat
  var sketch = Sketch()
  switch random.index(below: 3) {
  case 0: sketch.sittingCat(coat, chest, face, eyes, &random)
  case 1: sketch.walkingCat(coat, face, eyes, &random)
  default: sketch.lyingCat(coat, chest, face, eyes, &random)
  }
  return sketch
}

extension Sketch {
  /// A cat's head seen from the front, `r` across the cheeks.
  fileprivate mutating func catHead(
    _ x: Float, _ y: Float, _ r: Float, _ coat: Material, _ muzzle: Material, _ face: Material,
    _ eyes: Color
  ) {
    for side: Float in [-1, 1] {
      polygon(
        [
          [x + side * r * 0.25, y - r * 0.7], [x + side * r * 0.9, y - r * 0.35],
          [x + side * r * 0.85, y - r * 1.45],
        ], rounding: r * 0.08)
      part(face)
      polygon(
        [
          [x + side * r * 0.45, y - r * 0.7], [x + side * r * 0.8, y - r * 0.5],
          [x + side * r * 0.77, y - r * 1.15],
        ], rounding: r * 0.04)
      var inner = Material(hex(0xC48A80))
      inner.roundness = 0
      part(inner)
    }
    ellipse(x, y, r, r * 0.88)
    part(coat, ruffle: r * 0.12, ruffleScale: 60)
    ellipse(x - r * 0.22, y + r * 0.38, r * 0.32, r * 0.26)
    ellipse(x + r * 0.22, y + r * 0.38, r * 0.32, r * 0.26)
    part(muzzle)
    eye(x - r * 0.42, y - r * 0.1, r * 0.21, iris: eyes)
    eye(x + r * 0.42, y - r * 0.1, r * 0.21, iris: eyes)
    polygon(
      [[x - r * 0.12, y + r * 0.17], [x + r * 0.12, y + r * 0.17], [x, y + r * 0.32]],
      rounding: r * 0.03)
    part(Material(hex(0xB86A68)))
  }

  fileprivate mutating func sittingCat(
    _ coat: Material, _ chest: Material, _ face: Material, _ eyes: Color,
    _ random: inout RandomStream
  ) {
    let sway = random.float(-0.05, 0.05)
    curve([[0.16, -0.06], [0.34, -0.05], [0.44, -0.14], [0.42, -0.3]], 0.05, 0.035)
    part(coat)
    ellipse(0, -0.28, 0.23, 0.28)
    ellipse(sway * 0.5, -0.5, 0.15, 0.22)
    part(coat, melt: 0.1, ruffle: 0.02, ruffleScale: 60)
    ellipse(sway * 0.5, -0.46, 0.1, 0.2)
    part(chest, ruffle: 0.03, ruffleScale: 50)
    ellipse(-0.18, -0.1, 0.1, 0.11)
    ellipse(0.18, -0.1, 0.1, 0.11)
    part(coat)
    limb(-0.07, -0.36, 0.06, -0.07, -0.04, 0.045)
    limb(0.07, -0.36, 0.06, 0.07, -0.04, 0.045)
    part(coat, melt: 0.03)
    ellipse(-0.075, -0.03, 0.055, 0.035)
    ellipse(0.075, -0.03, 0.055, 0.035)
    part(chest)
    catHead(sway, -0.76, 0.19, coat, chest, face, eyes)
  }

  fileprivate mutating func walkingCat(
    _ coat: Material, _ face: Material, _ eyes: Color, _ random: inout RandomStream
  ) {
    let stride = random.float(-0.1, 0.1)
    let lift = random.float(0, 0.35)
    var far = coat
    far.base *= 0.6
    limb(0.36, -0.42, 0.07, 0.36 - stride, -0.03, 0.04)
    limb(-0.34, -0.42, 0.08, -0.34 + stride, -0.03, 0.04)
    part(far)
    curve(
      [
        [-0.44, -0.52], [-0.62, -0.58], [-0.72, -0.7 - lift * 0.5], [-0.68, -0.84 - lift * 0.4],
      ],
      0.05, 0.035)
    part(coat)
    limb(-0.34, -0.5, 0.16, 0.34, -0.52, 0.15)
    limb(0.34, -0.5, 0.12, 0.52, -0.66, 0.09)
    limb(0.4, -0.42, 0.07, 0.4 + stride, -0.03, 0.04)
    limb(-0.38, -0.42, 0.1, -0.38 - stride, -0.03, 0.04)
    part(coat, melt: 0.08, ruffle: 0.015, ruffleScale: 60)
    catHead(0.56, -0.76, 0.17, coat, face, face, eyes)
  }

  fileprivate mutating func lyingCat(
    _ coat: Material, _ chest: Material, _ face: Material, _ eyes: Color,
    _ random: inout RandomStream
  ) {
    curve([[-0.6, -0.12], [-0.72, -0.06], [-0.5, -0.03], [-0.25, -0.04]], 0.06, 0.045)
    part(coat)
    ellipse(-0.12, -0.24, 0.56, 0.23)
    ellipse(-0.42, -0.26, 0.28, 0.25)
    part(coat, melt: 0.1, ruffle: 0.02, ruffleScale: 60)
    ellipse(0.36, -0.22, 0.16, 0.18)
    part(chest, ruffle: 0.03, ruffleScale: 50)
    limb(0.3, -0.07, 0.065, 0.66, -0.055, 0.05)
    part(coat)
    catHead(0.44, -0.46, 0.22, coat, chest, face, eyes)
  }
}
