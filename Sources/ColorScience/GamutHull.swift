/// The convex hull, in the ab plane, of all colors that sRGB can show.
struct GamutHull {
  /// One side of the hull: inside, `x * a + y * b` is at most `support`.
  struct Side {
    let x, y, support: Double
  }

  let sides: [Side]
  let a, b: ClosedRange<Double>

  /// The 12 edges of the RGB cube, 256 samples each, span the hull of all 16.7 million codes;
  /// its 8 corners alone do not.
  init() {
    var points: [(a: Double, b: Double)] = []
    for axis in 0..<3 {
      for corner in 0..<4 {
        for code in 0...255 {
          var rgb = [UInt8](repeating: corner & 1 == 0 ? 0 : 255, count: 3)
          rgb[(axis + 1) % 3] = corner & 2 == 0 ? 0 : 255
          rgb[axis] = UInt8(code)
          let color = Lab(SRGB(red: rgb[0], green: rgb[1], blue: rgb[2]))
          points.append((color.a, color.b))
        }
      }
    }
    let corners = GamutHull.convexHull(points)
    sides = corners.indices.map { i in
      let p = corners[i]
      let q = corners[(i + 1) % corners.count]
      let x = q.b - p.b  // counterclockwise, so the outside is to the right
      let y = p.a - q.a
      return Side(x: x, y: y, support: x * p.a + y * p.b)
    }
    let allA = corners.map(\.a)
    let allB = corners.map(\.b)
    a = allA.min()!...allA.max()!
    b = allB.min()!...allB.max()!
  }

  /// Whether the closed square of this half-width around (a, b) meets the hull, that is, whether
  /// (a, b) lies in the hull grown by that square.
  func meetsSquare(a x: Double, b y: Double, halfWidth r: Double) -> Bool {
    x >= a.lowerBound - r && x <= a.upperBound + r && y >= b.lowerBound - r && y <= b.upperBound + r
      && sides.allSatisfy { $0.x * x + $0.y * y <= $0.support + r * (abs($0.x) + abs($0.y)) }
  }

  /// Andrew's monotone chain, counterclockwise.
  private static func convexHull(_ points: [(a: Double, b: Double)]) -> [(a: Double, b: Double)] {
    let sorted = points.sorted { ($0.a, $0.b) < ($1.a, $1.b) }
    func chain(_ points: some Sequence<(a: Double, b: Double)>) -> [(a: Double, b: Double)] {
      var hull: [(a: Double, b: Double)] = []
      for p in points {
        while hull.count >= 2 {
          let o = hull[hull.count - 2]
          let q = hull[hull.count - 1]
          guard (q.a - o.a) * (p.b - o.b) - (q.b - o.b) * (p.a - o.a) <= 0 else { break }
          hull.removeLast()
        }
        hull.append(p)
      }
      hull.removeLast()  // it begins the other chain
      return hull
    }
    return chain(sorted) + chain(sorted.reversed())
  }
}
