internal import Randomness

/// Fur of one color.
func fur(_ base: Color) -> Material {
  var fur = Material(base)
  fur.grain = 0.22
  fur.grainScale = [70, 40]
  return fur
}

/// A shiny dark eye, or one with an iris of this color.
extension Sketch {
  mutating func eye(_ x: Float, _ y: Float, _ radius: Float, iris: Color? = nil) {
    if let iris {
      ellipse(x, y, radius, radius)
      var bright = Material(iris)
      bright.grain = 0
      part(bright)
    }
    var pupil = Material(hex(0x120E0C))
    pupil.gloss = 1
    pupil.grain = 0
    ellipse(x, y, iris == nil ? radius : radius * 0.45, iris == nil ? radius : radius * 0.85)
    part(pupil)
  }
}
