internal import Tensors

/// The positions of a map over a square picture.
public struct CellGrid: Sendable, Hashable, Codable {
  /// Rows and columns.
  public let rows, columns: Int

  /// A grid; both numbers are positive.
  public init(rows: Int, columns: Int) {
    require(rows > 0 && columns > 0, "CellGrid: \(rows) x \(columns)")
    (self.rows, self.columns) = (rows, columns)
  }

  /// The number of positions.
  public var count: Int { rows * columns }

  /// A row for each position of each picture, in reading order, from rows of whole maps.
  ///
  /// - Shapes: pictures rows of [channels, rows, columns] to pictures x rows x columns rows of
  ///   channels.
  public func cells(of maps: Features) -> Features {
    require(
      maps.columns.isMultiple(of: count),
      "CellGrid: maps of \(maps.columns) numbers are not of \(rows) x \(columns) positions")
    let channels = maps.columns / count
    let values = [Float](unsafeUninitializedCapacity: maps.values.count) { out, filled in
      maps.values.withUnsafeBufferPointer { values in
        for picture in 0..<maps.count {
          let start = picture * maps.columns
          for channel in 0..<channels {
            for cell in 0..<count {
              out[start + cell * channels + channel] = values[start + channel * count + cell]
            }
          }
        }
      }
      filled = maps.values.count
    }
    return Features(values, columns: channels)
  }

  /// The share of each class among the pixels of each position whose class is known; zeros where
  /// none is. Position i of g covers the pixels from floor(i n / g) up to ceil((i + 1) n / g) of n.
  ///
  /// - Shapes: `mask` [side, side], classes and 255 for what is unknown; to [positions, classes].
  public func shares(of mask: [UInt8], side: Int, classes: Int) -> [Float] {
    require(mask.count == side * side && side > 0, "CellGrid: \(mask.count) pixels, side \(side)")
    func range(_ place: Int, _ of: Int) -> Range<Int> {
      place * side / of..<((place + 1) * side + of - 1) / of
    }
    var shares = [Float](repeating: 0, count: count * classes)
    for row in 0..<rows {
      for column in 0..<columns {
        var counts = [Int](repeating: 0, count: classes)
        for y in range(row, rows) {
          for x in range(column, columns) where mask[y * side + x] != 255 {
            counts[Int(mask[y * side + x])] += 1
          }
        }
        let known = counts.reduce(0, +)
        guard known > 0 else { continue }
        let start = (row * columns + column) * classes
        for c in 0..<classes { shares[start + c] = Float(counts[c]) / Float(known) }
      }
    }
    return shares
  }
}
