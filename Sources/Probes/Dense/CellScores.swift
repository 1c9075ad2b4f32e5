internal import Tensors

extension CellGrid {
  /// The class with the largest score at each pixel, scores between positions being bilinear with
  /// their centers at half pixels; of equal ones the first.
  ///
  /// - Shapes: `scores` [positions, classes] to [side, side].
  /// - Source: PyTorch's `interpolate(mode="bilinear", align_corners=False)`.
  public func labels(of scores: [Float], classes: Int, side: Int) -> [UInt8] {
    require(
      scores.count == count * classes && classes <= 255,
      "CellGrid: \(scores.count) scores for \(count) positions of \(classes) classes")
    func stops(_ cells: Int) -> [(first: Int, second: Int, weight: Float)] {
      (0..<side).map { pixel in
        let place = (Double(pixel) + 0.5) * Double(cells) / Double(side) - 0.5
        let inside = min(max(place, 0), Double(cells - 1))
        let first = Int(inside)
        return (first, min(first + 1, cells - 1), Float(inside - Double(first)))
      }
    }
    let (down, across) = (stops(rows), stops(columns))
    let width = columns * classes
    var line = [Float](repeating: 0, count: width)
    var labels = [UInt8](repeating: 0, count: side * side)
    scores.withUnsafeBufferPointer { scores in
      line.withUnsafeMutableBufferPointer { line in
        labels.withUnsafeMutableBufferPointer { labels in
          for y in 0..<side {
            let (above, below) = (down[y].first * width, down[y].second * width)
            for place in 0..<width {
              let top = scores[above + place]
              line[place] = top + down[y].weight * (scores[below + place] - top)
            }
            for x in 0..<side {
              let (left, right) = (across[x].first * classes, across[x].second * classes)
              let weight = across[x].weight
              var (best, most) = (0, -Float.infinity)
              for c in 0..<classes {
                let score = line[left + c] + weight * (line[right + c] - line[left + c])
                if score > most { (best, most) = (c, score) }
              }
              labels[y * side + x] = UInt8(best)
            }
          }
        }
      }
    }
    return labels
  }
}
