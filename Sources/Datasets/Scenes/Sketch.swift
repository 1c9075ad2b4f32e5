/// A smooth solid seen from the side; its outline by distance, its roundness by a normal.
///
/// Coordinates are those of an object: x to the right, y down, feet at y = 0, about 1 high.
struct Primitive {
  enum Kind { case ellipse, limb, polygon }
  let kind: Kind
  /// Center and direction of the first axis, or both ends of a limb.
  var a, b: SIMD2<Float>
  /// Radii along both axes, at both ends, or (x) the rounding of a polygon.
  var radii: SIMD2<Float>
  /// Where a polygon's corners lie in `Sketch.points`.
  var start = 0
  var count = 0
}

/// What a part is made of.
struct Material {
  /// The color, and that of the pattern.
  var base: Color
  var second = Color()
  var pattern = Pattern.plain
  /// How much the lightness varies from place to place, and over which lengths (cells per unit).
  var grain: Float = 0.12
  var grainScale = SIMD2<Float>(40, 40)
  /// Strength of the highlight.
  var gloss: Float = 0
  /// How far the surface curves away at its edges: 1 is a ball, 0 a board.
  var roundness: Float = 1
  /// Light that comes from the thing itself, of the color `base`.
  var glow: Float = 0

  init(_ base: Color) { self.base = base }
}

/// Primitives that melt into one another and share a material.
struct Part {
  var primitives: Range<Int>
  var material: Material
  /// How far primitives melt together.
  var melt: Float
  /// How ragged the outline is, and how finely.
  var ruffle: Float = 0
  var ruffleScale: Float = 40
}

/// A drawing of an object: parts from the back to the front.
struct Sketch {
  private(set) var parts: [Part] = []
  private(set) var primitives: [Primitive] = []
  private(set) var points: [SIMD2<Float>] = []
  private var pending = 0

  /// Closes the primitives added since the last call into a part.
  mutating func part(
    _ material: Material, melt: Float = 0, ruffle: Float = 0, ruffleScale: Float = 40
  ) {
    guard pending < primitives.count else { return }
    parts.append(
      Part(
        primitives: pending..<primitives.count, material: material, melt: melt, ruffle: ruffle,
        ruffleScale: ruffleScale))
    pending = primitives.count
  }

  /// Adds an ellipse, turned by `turn` radians.
  mutating func ellipse(
    _ x: Float, _ y: Float, _ rx: Float, _ ry: Float, turn: Float = 0
  ) {
    primitives.append(
      Primitive(kind: .ellipse, a: [x, y], b: direction(turn), radii: [rx, ry]))
  }

  /// Adds a limb that tapers from radius `r0` at one end to `r1` at the other.
  mutating func limb(
    _ x0: Float, _ y0: Float, _ r0: Float, _ x1: Float, _ y1: Float, _ r1: Float
  ) {
    primitives.append(Primitive(kind: .limb, a: [x0, y0], b: [x1, y1], radii: [r0, r1]))
  }

  /// Adds limbs through these points, tapering from `r0` to `r1`.
  mutating func curve(_ path: [SIMD2<Float>], _ r0: Float, _ r1: Float) {
    for i in 1..<path.count {
      let s = Float(i - 1) / Float(path.count - 1)
      let t = Float(i) / Float(path.count - 1)
      limb(
        path[i - 1].x, path[i - 1].y, r0 + (r1 - r0) * s, path[i].x, path[i].y, r0 + (r1 - r0) * t)
    }
  }

  /// Adds a polygon with rounded corners.
  mutating func polygon(_ corners: [SIMD2<Float>], rounding: Float = 0.004) {
    primitives.append(
      Primitive(
        kind: .polygon, a: SIMD2(), b: SIMD2(), radii: [rounding, rounding], start: points.count,
        count: corners.count))
    points += corners
  }

  /// Adds an upright rectangle with rounded corners.
  mutating func box(
    _ left: Float, _ top: Float, _ right: Float, _ bottom: Float, rounding: Float = 0.004
  ) {
    let r = rounding
    polygon(
      [
        [left + r, top + r], [right - r, top + r], [right - r, bottom - r], [left + r, bottom - r],
      ],
      rounding: r)
  }

  /// The bounds of some primitives, as (left, top, right, bottom).
  func bounds(of range: Range<Int>) -> SIMD4<Float> {
    var low = SIMD2<Float>(repeating: .infinity)
    var high = -low
    for primitive in primitives[range] {
      let reach = SIMD2<Float>(repeating: primitive.radii.max())
      switch primitive.kind {
      case .ellipse:
        // Half the extent of a turned ellipse along each axis.
        let (c, s) = (primitive.b.x * primitive.b.x, primitive.b.y * primitive.b.y)
        let (p, q) = (
          primitive.radii.x * primitive.radii.x, primitive.radii.y * primitive.radii.y
        )
        let half = SIMD2((p * c + q * s).squareRoot(), (p * s + q * c).squareRoot())
        low = pointwiseMin(low, primitive.a - half)
        high = pointwiseMax(high, primitive.a + half)
      case .limb:
        low = pointwiseMin(low, pointwiseMin(primitive.a, primitive.b) - reach)
        high = pointwiseMax(high, pointwiseMax(primitive.a, primitive.b) + reach)
      case .polygon:
        for corner in points[primitive.start..<(primitive.start + primitive.count)] {
          low = pointwiseMin(low, corner - reach)
          high = pointwiseMax(high, corner + reach)
        }
      }
    }
    return [low.x, low.y, high.x, high.y]
  }

  /// The bounds of the whole drawing.
  var bounds: SIMD4<Float> { bounds(of: 0..<primitives.count) }
}
