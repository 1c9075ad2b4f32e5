internal import Tensors

/// A box around the object of a picture, found without labels in one frozen map.
///
/// Of all positions the one that resembles fewest others is taken for a part of the object: objects
/// are smaller than what is around them. Those among the `expansion` next such positions that
/// resemble it join it, and the object is what resembles all of these together, as far as it hangs
/// together with the first.
///
/// Here features have the picture's mean taken off, since behind a rectifier everything resembles
/// everything.
/// - Source: Simeoni et al., "Localizing objects with self-supervised transformers and no labels",
///   BMVC 2021 (LOST).
public struct ObjectDiscovery: Sendable {
  /// Positions that may join the first.
  public var expansion: Int

  /// A way of looking for objects.
  public init(expansion: Int = 100) { self.expansion = expansion }

  /// Rows and columns of the positions that the object takes, both ends included.
  ///
  /// - Shapes: `cells` one row for each position of one picture.
  public func box(
    _ cells: Features, grid: CellGrid
  ) -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
    require(
      cells.count == grid.count, "ObjectDiscovery: \(cells.count) rows for \(grid.count) positions")
    let n = grid.count
    let similar = products(cells)
    let degrees = (0..<n).map { row in (0..<n).count { similar[row * n + $0] > 0 } }
    // Of equal degrees the first position.
    let order = (0..<n).sorted { (degrees[$0], $0) < (degrees[$1], $1) }
    let seed = order[0]
    let parts = order.prefix(max(1, expansion)).filter {
      $0 == seed || similar[seed * n + $0] > 0
    }
    let isObject = (0..<n).map { cell in
      cell == seed || parts.reduce(0.0) { $0 + similar[cell * n + $1] } > 0
    }
    let found = component(of: seed, isObject, grid)
    let (rows, columns) = (found.map { $0 / grid.columns }, found.map { $0 % grid.columns })
    return (rows.min()!...rows.max()!, columns.min()!...columns.max()!)
  }

  /// Products of all positions with one another, their mean taken off.
  private func products(_ cells: Features) -> [Double] {
    let (n, channels) = (cells.count, cells.columns)
    var mean = [Double](repeating: 0, count: channels)
    for (place, value) in cells.values.enumerated() {
      mean[place % channels] += Double(value) / Double(n)
    }
    let rows = cells.values.enumerated().map { Double($1) - mean[$0 % channels] }
    var products = [Double](repeating: 0, count: n * n)
    rows.withUnsafeBufferPointer { rows in
      for i in 0..<n {
        for j in i..<n {
          var sum = 0.0
          for place in 0..<channels {
            sum += rows[i * channels + place] * rows[j * channels + place]
          }
          (products[i * n + j], products[j * n + i]) = (sum, sum)
        }
      }
    }
    return products
  }

  /// The positions of the object that hang together with `seed` by their sides.
  private func component(of seed: Int, _ isObject: [Bool], _ grid: CellGrid) -> [Int] {
    var (found, waiting) = (Set([seed]), [seed])
    while let cell = waiting.popLast() {
      let (row, column) = (cell / grid.columns, cell % grid.columns)
      for (y, x) in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)] {
        guard (0..<grid.rows).contains(y), (0..<grid.columns).contains(x) else { continue }
        let next = y * grid.columns + x
        if isObject[next], found.insert(next).inserted { waiting.append(next) }
      }
    }
    return Array(found)
  }
}
