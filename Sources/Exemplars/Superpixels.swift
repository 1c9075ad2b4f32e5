/// A picture of lightness divided into small regions of like brightness.
///
/// Simple linear iterative clustering: centers on a square grid move to the means of the pixels
/// that are nearest to them, by lightness and by place, each looking no farther than one grid step
/// around it; pieces that are cut off go to the neighbor that they touch first.
/// - Source: Achanta, Shaji, Smith, Lucchi, Fua & Suesstrunk, "SLIC superpixels compared to
///   state-of-the-art superpixel methods", TPAMI 2012.
struct Superpixels: Sendable {
  /// Of each pixel the region it belongs to, numbered in the order of their first pixels.
  let labels: [Int]
  /// Regions.
  let count: Int
  /// Columns of the picture.
  let width: Int

  /// About one region for each `area` pixels. `compactness` is the difference of lightness, in Lab
  /// units, that weighs as much as a whole grid step.
  init(_ lightness: [Float], width: Int, area: Int = 40, compactness: Float = 10, rounds: Int = 10)
  {
    precondition(
      width > 0 && lightness.count.isMultiple(of: width) && area > 0 && compactness > 0,
      "Superpixels: \(lightness.count) pixels in rows of \(width), \(area) pixels a region")
    self.width = width
    let height = lightness.count / width
    let step = Float(area).squareRoot()
    let (columns, rows) = (Self.cells(width, step), Self.cells(height, step))
    var centers = (0..<columns * rows).map { cell -> SIMD4<Float> in
      let x = (Float(cell % columns) + 0.5) * Float(width) / Float(columns)
      let y = (Float(cell / columns) + 0.5) * Float(height) / Float(rows)
      return .init(lightness[Int(y) * width + Int(x)], x - 0.5, y - 0.5, 0)
    }
    let pull = compactness * compactness / (step * step)
    let reach = Int(step.rounded(.up))
    var nearest = [Int](repeating: 0, count: lightness.count)
    for _ in 0..<rounds {
      var best = [Float](repeating: .infinity, count: lightness.count)
      for (cell, center) in centers.enumerated() {
        let (x, y) = (Int(center.y.rounded()), Int(center.z.rounded()))
        for row in max(0, y - reach)..<min(height, y + reach + 1) {
          for column in max(0, x - reach)..<min(width, x + reach + 1) {
            let at = row * width + column
            let (light, across, down) = (
              lightness[at] - center.x, Float(column) - center.y, Float(row) - center.z
            )
            let distance = light * light + pull * (across * across + down * down)
            if distance < best[at] { (best[at], nearest[at]) = (distance, cell) }
          }
        }
      }
      var sums = [SIMD4<Float>](repeating: .zero, count: centers.count)
      for (at, cell) in nearest.enumerated() {
        sums[cell] += .init(lightness[at], Float(at % width), Float(at / width), 1)
      }
      // A center that no pixel is nearest to stays where it is.
      for (cell, sum) in sums.enumerated() where sum.w > 0 { centers[cell] = sum / sum.w }
    }
    (labels, count) = Self.connected(nearest, width: width, least: max(1, area / 4))
  }

  /// The cells of a grid of this step along a side.
  private static func cells(_ length: Int, _ step: Float) -> Int {
    max(1, Int((Float(length) / step).rounded()))
  }

  /// Whole regions: each connected part of a label is one, and those of fewer than `least` pixels
  /// go to the region before, which they touch.
  private static func connected(
    _ labels: [Int], width: Int, least: Int
  ) -> (labels: [Int], count: Int) {
    var (result, count) = ([Int](repeating: -1, count: labels.count), 0)
    for first in labels.indices where result[first] < 0 {
      // Regions are met in the order of their first pixels, so what is above or to the left of a
      // first pixel has its final number.
      let touched =
        first % width > 0 ? result[first - 1] : first >= width ? result[first - width] : -1
      var part = [first]
      result[first] = count
      var place = 0
      while place < part.count {
        let at = part[place]
        place += 1
        for other in neighbors(of: at, width: width, count: labels.count)
        where result[other] < 0 && labels[other] == labels[first] {
          result[other] = count
          part.append(other)
        }
      }
      if part.count < least, touched >= 0 {
        for at in part { result[at] = touched }
      } else {
        count += 1
      }
    }
    return (result, count)
  }

  /// The up to four pixels that share a side with a pixel.
  static func neighbors(of at: Int, width: Int, count: Int) -> [Int] {
    var found: [Int] = []
    if at % width > 0 { found.append(at - 1) }
    if at % width < width - 1 { found.append(at + 1) }
    if at >= width { found.append(at - width) }
    if at + width < count { found.append(at + width) }
    return found
  }
}

extension Superpixels {
  /// Of each region those that it shares a border with, in order.
  var adjacent: [[Int]] {
    var pairs = [Set<Int>](repeating: [], count: count)
    for at in labels.indices {
      for other in [at + 1, at + width]
      where other < labels.count && (other != at + 1 || other % width != 0)
        && labels[other] != labels[at]
      {
        pairs[labels[at]].insert(labels[other])
        pairs[labels[other]].insert(labels[at])
      }
    }
    return pairs.map { $0.sorted() }
  }

  /// The means of some numbers of each pixel over each region; `values` are [pixels].
  func means<Value: SIMD<Float>>(_ values: [Value]) -> [Value] {
    var (sums, sizes) = (
      [Value](repeating: .zero, count: count), [Float](repeating: 0, count: count)
    )
    for (at, label) in labels.enumerated() {
      sums[label] += values[at]
      sizes[label] += 1
    }
    return zip(sums, sizes).map { $0 / $1 }
  }

  /// Of each region the pixel that is nearest to the middle of its pixels: where a stroke of color
  /// is put. It lies in the region, which the middle need not.
  var centers: [Int] {
    let middles = means(labels.indices.map { SIMD2(Float($0 % width), Float($0 / width)) })
    var best = [Float](repeating: .infinity, count: count)
    var centers = [Int](repeating: 0, count: count)
    for (at, label) in labels.enumerated() {
      let step = SIMD2(Float(at % width), Float(at / width)) - middles[label]
      let distance = (step * step).sum()
      if distance < best[label] { (best[label], centers[label]) = (distance, at) }
    }
    return centers
  }
}
