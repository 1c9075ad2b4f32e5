/// The colors of some pictures, split into cells that are small where colors are frequent.
///
/// The cell with the largest sum of squared deviations is halved, half of its pixels on either
/// side along its longest axis, until there are as many cells as wanted or nothing differs. A color
/// belongs to the nearest mean, so cells are Voronoi cells. The same colors in the same order give
/// the same cells.
public struct ColorDictionary: Sendable, Equatable {
  /// The mean color of each cell.
  public let means: [SIMD2<Float>]
  /// The standard deviation of each cell's colors, of a and b together, at least 1.
  public let deviations: [Float]
  /// The share of colors in each cell.
  public let shares: [Float]

  /// The cells of `colors`, up to `bins` of them; traps without any color.
  public init(_ colors: [SIMD2<Float>], bins: Int) {
    precondition(!colors.isEmpty && bins > 0, "ColorDictionary: \(colors.count) colors")
    var cells = [Cell(colors)]
    while cells.count < bins {
      let widest = cells.indices.max { cells[$0].spread < cells[$1].spread }!
      guard cells[widest].spread > 0, let (one, other) = cells[widest].halves else { break }
      cells[widest] = one
      cells.append(other)
    }
    let centers = cells.map(\.mean)
    var members = centers.map { _ in [SIMD2<Float>]() }
    for color in colors { members[Self.nearest(color, centers)].append(color) }
    let kept = members.filter { !$0.isEmpty }.map(Cell.init)
    means = kept.map(\.mean)
    deviations = kept.map { max(1, ($0.spread / Float(2 * $0.colors.count)).squareRoot()) }
    shares = kept.map { Float($0.colors.count) / Float(colors.count) }
  }

  /// The cell of a color.
  public func cell(of color: SIMD2<Float>) -> Int { Self.nearest(color, means) }

  private static func nearest(_ color: SIMD2<Float>, _ centers: [SIMD2<Float>]) -> Int {
    var (best, least) = (0, Float.infinity)
    for (place, center) in centers.enumerated() {
      let step = color - center
      let far = (step * step).sum()
      if far < least { (best, least) = (place, far) }
    }
    return best
  }

  private struct Cell {
    let colors: [SIMD2<Float>]
    let mean: SIMD2<Float>
    /// The sum of squared distances from the mean.
    let spread: Float
    private let axis: SIMD2<Float>

    init(_ colors: [SIMD2<Float>]) {
      self.colors = colors
      var sum = SIMD2<Double>.zero
      for color in colors { sum += SIMD2<Double>(color) }
      let center = sum / Double(colors.count)
      var (xx, xy, yy) = (0.0, 0.0, 0.0)
      for color in colors {
        let step = SIMD2<Double>(color) - center
        xx += step.x * step.x
        xy += step.x * step.y
        yy += step.y * step.y
      }
      mean = SIMD2<Float>(center)
      spread = Float(xx + yy)
      // The eigenvector of the larger eigenvalue.
      let half = (xx - yy) / 2
      let root = (half * half + xy * xy).squareRoot()
      let along = half >= 0 ? SIMD2(half + root, xy) : SIMD2(xy, root - half)
      axis = SIMD2<Float>(root > 0 ? along : SIMD2(1, 0))
    }

    /// The colors below the median along the axis and the others; nil where all are in one place.
    var halves: (Cell, Cell)? {
      let along = colors.map { (($0 - mean) * axis).sum() }
      let middle = along.sorted()[along.count / 2]
      var (low, high) = ([SIMD2<Float>](), [SIMD2<Float>]())
      let isLowest = middle == along.min()
      for (color, place) in zip(colors, along) {
        if place < middle || isLowest && place == middle {
          low.append(color)
        } else {
          high.append(color)
        }
      }
      return low.isEmpty || high.isEmpty ? nil : (Cell(low), Cell(high))
    }
  }
}
