internal import Networks

/// One unit's responses over a picture, read between its positions.
struct ResponseMap {
  let values: ArraySlice<Float>
  let height: Int
  let width: Int
  let geometry: Geometry

  /// The place on the map of an input coordinate: the two positions around it, and how far it is
  /// from the first; outside the outermost centers it is the outermost position.
  struct Tap {
    let low: Int, high: Int
    let part: Float
  }

  static func taps(_ coordinates: [Double], _ geometry: Geometry, count: Int) -> [Tap] {
    coordinates.map { coordinate in
      let place = (coordinate - geometry.offset) / geometry.stride
      let held = min(max(place, 0), Double(count - 1))
      let low = min(Int(held), count - 1)
      return Tap(low: low, high: min(low + 1, count - 1), part: Float(held - Double(low)))
    }
  }

  /// The responses at every pair of a row and a column, interpolated, row by row.
  func resampled(rows: [Tap], columns: [Tap]) -> [Float] {
    var result = [Float](repeating: 0, count: rows.count * columns.count)
    values.withUnsafeBufferPointer { map in
      result.withUnsafeMutableBufferPointer { result in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { line in
          for (y, row) in rows.enumerated() {
            let (above, below) = (row.low * width, row.high * width)
            for x in 0..<width {
              line[x] = map[above + x] + row.part * (map[below + x] - map[above + x])
            }
            let out = y * columns.count
            for (x, tap) in columns.enumerated() {
              result[out + x] = line[tap.low] + tap.part * (line[tap.high] - line[tap.low])
            }
          }
        }
      }
    }
    return result
  }
}
