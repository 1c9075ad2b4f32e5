internal import Glibc

/// The unit vector at this angle.
func direction(_ angle: Float) -> SIMD2<Float> { SIMD2(cos(angle), sin(angle)) }

extension Primitive {
  /// How far outside the outline `p` lies (negative: inside), and the sideways part of the normal.
  ///
  /// - Source: the distance functions of Quilez, "2D distance functions".
  @inline(__always)
  func probe(
    _ p: SIMD2<Float>, _ points: UnsafePointer<SIMD2<Float>>
  ) -> (distance: Float, normal: SIMD2<Float>) {
    switch kind {
    case .ellipse:
      let q = p - a
      let u = (q.x * b.x + q.y * b.y) / radii.x
      let v = (q.y * b.x - q.x * b.y) / radii.y
      let length = (u * u + v * v).squareRoot()
      let (gu, gv) = (u / radii.x, v / radii.y)
      let slope = (gu * gu + gv * gv).squareRoot()
      let distance = slope > 1e-6 ? length * (length - 1) / slope : -min(radii.x, radii.y)
      let shrink = length > 1 ? 1 / length : 1
      let (nu, nv) = (u * shrink, v * shrink)
      return (distance, SIMD2(nu * b.x - nv * b.y, nu * b.y + nv * b.x))
    case .limb:
      let along = b - a
      let q = p - a
      let share = min(1, max(0, (q * along).sum() / max(1e-9, (along * along).sum())))
      let radius = radii.x + (radii.y - radii.x) * share
      let side = q - along * share
      let length = (side * side).sum().squareRoot()
      let scale = 1 / max(length, radius)
      return (length - radius, side * scale)
    case .polygon:
      var nearest = Float.infinity
      var isInside = false
      var previous = points[start + count - 1]
      for index in start..<(start + count) {
        let corner = points[index]
        let edge = previous - corner
        let q = p - corner
        let share = min(1, max(0, (q * edge).sum() / max(1e-12, (edge * edge).sum())))
        let away = q - edge * share
        nearest = min(nearest, (away * away).sum())
        let above = p.y >= corner.y
        let before = p.y < previous.y
        let turn = edge.x * q.y > edge.y * q.x
        if above == before && above == turn { isInside.toggle() }
        previous = corner
      }
      let distance = nearest.squareRoot()
      return ((isInside ? -distance : distance) - radii.x, SIMD2())
    }
  }
}
