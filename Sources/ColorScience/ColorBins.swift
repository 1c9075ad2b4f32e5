/// The points of the ab plane that stand for colors: the classes of colorization by classification.
///
/// A point of the grid is a bin when the square of one grid step to each side of it meets the
/// convex hull of the sRGB gamut. With a step of 10 these are the 313 "in-gamut" bins of the
/// released code, values and order.
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.2; the authors published the points but no
///   rule. This rule gives them exactly, for any half-width from 9.73 to 10.07.
public struct ColorBins: Sendable {
  /// The 313 bins of grid step 10.
  public static let standard = ColorBins(step: 10)

  /// The distance between neighbors on the grid.
  public let step: Int
  /// The coordinates of each bin, in the order of the bins: by a, then by b.
  public let a, b: [Float]

  private let neighborhoods: BinCandidates

  /// The bins on a grid of this step (positive), counted from the gray point.
  public init(step: Int) {
    require(step > 0, "ColorBins: the grid step \(step) is not positive")
    let hull = GamutHull()
    let reach = 128 / step + 2
    var a: [Float] = []
    var b: [Float] = []
    for row in -reach...reach {
      for column in -reach...reach {
        let x = Double(row * step)
        let y = Double(column * step)
        guard hull.meetsSquare(a: x, b: y, halfWidth: Double(step)) else { continue }
        a.append(Float(x))
        b.append(Float(y))
      }
    }
    self.step = step
    self.a = a
    self.b = b
    neighborhoods = BinCandidates(a: a, b: b, step: Float(step), neighbors: 1)
  }

  /// The number of bins.
  public var count: Int { a.count }

  /// The index of the bin nearest to (a, b); the lower index when two are equally near.
  public func nearest(a x: Float, b y: Float) -> Int {
    var key: UInt64 = 0
    neighborhoods.nearest(a: x, b: y, keys: &key)
    return Int(truncatingIfNeeded: key & 0xFFFF_FFFF)
  }
}
