public import Tensors

/// Rows of features from the maps of a layer.
public enum Pooling {
  /// Rows and columns of the grid that maps of `channels` channels are averaged to, so that about
  /// `target` numbers remain: the square root of `target` / `channels`, and no more than the map
  /// has.
  ///
  /// For the channels of AlexNet and 9,216 these are the grids of Zhang et al. 2016: 10, 6, 5, 5,
  /// 6.
  public static func grid(
    channels: Int, height: Int, width: Int, target: Int
  ) -> (rows: Int, columns: Int) {
    let side = max(1, Int((Double(target) / Double(channels)).squareRoot().rounded()))
    return (min(side, height), min(side, width))
  }

  /// The mean over each cell of the grid, cells being as equal as they can: cell i of g over n
  /// positions goes from floor(i n / g) up to ceil((i + 1) n / g).
  ///
  /// - Shapes: [n, c, h, w] to n rows of c rows columns; [n, c] stays.
  /// - Source: PyTorch's `adaptive_avg_pool2d`.
  public static func rows(of maps: Tensor, rows: Int, columns: Int) -> Features {
    let shape = maps.shape
    guard shape.rank == 4 else { return Features(maps.floats, columns: shape[1]) }
    require(
      (1...shape[2]).contains(rows) && (1...shape[3]).contains(columns),
      "Pooling: a grid of \(rows) x \(columns) over \(shape)")
    func cells(_ count: Int, _ size: Int) -> [Range<Int>] {
      (0..<count).map { $0 * size / count..<(($0 + 1) * size + count - 1) / count }
    }
    let (down, across) = (cells(rows, shape[2]), cells(columns, shape[3]))
    let values = maps.floats
    var result: [Float] = []
    result.reserveCapacity(shape[0] * shape[1] * rows * columns)
    values.withUnsafeBufferPointer { values in
      for plane in 0..<shape[0] * shape[1] {
        for ys in down {
          for xs in across {
            var sum: Float = 0
            for y in ys {
              let start = (plane * shape[2] + y) * shape[3]
              for x in xs { sum += values[start + x] }
            }
            result.append(sum / Float(ys.count * xs.count))
          }
        }
      }
    }
    return Features(result, columns: shape[1] * rows * columns)
  }
}
