internal import Glibc

/// Where a material shows its second color.
enum Pattern {
  /// Nowhere.
  case plain
  /// Where noise exceeds a threshold: the hide of a cow.
  case patches(scale: Float, threshold: Float)
  /// In bands across `direction`, `share` of the width, wavering.
  case stripes(direction: SIMD2<Float>, perUnit: Float, share: Float, waver: Float)
  /// In the joints of a bond of bricks.
  case bricks(width: Float, height: Float)
  /// In the joints of boards; upright ones or level ones.
  case boards(width: Float, upright: Bool)
  /// Toward the lower end of each scale of a roof.
  case tiles(width: Float, height: Float)
  /// In round spots.
  case spots(perUnit: Float, radius: Float)
  /// More and more from `top` to `bottom`.
  case fade(top: Float, bottom: Float)
  /// On a ball: in every other of 2n wedges around an axis.
  case wedges(axis: SIMD3<Float>, count: Float)
  /// On a ball: along the seams of a basketball.
  case seams(axis: SIMD3<Float>, other: SIMD3<Float>)
  /// On a ball: in the twelve pentagons of a football.
  case pentagons(axis: SIMD3<Float>, other: SIMD3<Float>)
  /// On a ball: along the curve of a tennis ball.
  case curve(axis: SIMD3<Float>, other: SIMD3<Float>)

  /// How much of the second color shows at `p` on a surface that faces `normal`.
  @inline(__always)
  func share(
    at p: SIMD2<Float>, facing normal: SIMD3<Float>, seed: SIMD2<Float>, noise: NoiseTexture
  ) -> Float {
    switch self {
    case .plain:
      return 0
    case .patches(let scale, let threshold):
      let value = noise(p * scale + seed)
      return step(threshold - 0.03, threshold + 0.03, value)
    case .stripes(let direction, let perUnit, let share, let waver):
      let bend = (noise(p * 20 + seed) - 0.5) * waver
      let across = ((p * direction).sum() * perUnit + bend).rest
      let edge = abs(across - 0.5) * 2
      return step(1 - share - 0.12, 1 - share + 0.12, edge)
    case .bricks(let width, let height):
      let row = (p.y / height).lowered
      let x = (p.x / width + (row.truncatingRemainder(dividingBy: 2) == 0 ? 0 : 0.5)).rest
      let y = (p.y / height).rest
      return x < 0.09 || y < 0.18 ? 1 : 0
    case .boards(let width, let upright):
      let across = ((upright ? p.x : p.y) / width).rest
      return across < 0.12 ? 1 : 0.25 * across
    case .tiles(let width, let height):
      let row = (p.y / height).lowered
      let x = (p.x / width + (row.truncatingRemainder(dividingBy: 2) == 0 ? 0 : 0.5)).rest
      let y = (p.y / height).rest
      let scallop = y + 0.35 * (2 * x - 1) * (2 * x - 1)
      return scallop > 0.92 ? 1 : 0.35 * y
    case .spots(let perUnit, let radius):
      let q = p * perUnit + seed
      let (u, v) = (q.x.rest - 0.5, q.y.rest - 0.5)
      return step(radius + 0.05, radius - 0.05, (u * u + v * v).squareRoot())
    case .fade(let top, let bottom):
      return step(top, bottom, p.y)
    case .wedges(let axis, let count):
      let pole = abs((normal * axis).sum())
      if pole > 0.95 { return 0 }
      let side = SIMD3<Float>(axis.y, axis.z, axis.x)
      let first = side - axis * (side * axis).sum()
      let second = cross(axis, first)
      let angle = atan2((normal * second).sum(), (normal * first).sum()) / (2 * .pi)
      return (angle * count).rest < 0.5 ? 1 : 0
    case .seams(let axis, let other):
      let u = (normal * axis).sum()
      let v = (normal * other).sum()
      let w = (normal * cross(axis, other)).sum()
      let near = min(abs(u), abs(v), abs(abs(w) - 0.62))
      return step(0.08, 0.035, near)
    case .pentagons(let axis, let other):
      let third = cross(axis, other)
      let q = SIMD3<Float>(
        abs((normal * axis).sum()), abs((normal * other).sum()), abs((normal * third).sum()))
      // The nearest corner of an icosahedron, up to signs: (0, 1, 1.618) and its rotations.
      let nearest = max(
        q.y * 0.5257 + q.z * 0.8507, q.x * 0.5257 + q.y * 0.8507, q.z * 0.5257 + q.x * 0.8507)
      return step(0.925, 0.945, nearest)
    case .curve(let axis, let other):
      let u = (normal * axis).sum()
      let v = (normal * other).sum()
      let w = (normal * cross(axis, other)).sum()
      return step(0.13, 0.06, abs(u - 0.9 * (v * v - w * w)))
    }
  }
}

func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

extension Float {
  /// The largest whole number not above; for magnitudes below 2^30.
  @inline(__always)
  var lowered: Float {
    let whole = Float(Int32(self))
    return whole > self ? whole - 1 : whole
  }
  /// What `lowered` leaves, in 0..<1.
  @inline(__always)
  var rest: Float { self - lowered }
}
