internal import Images
internal import Networks

/// The picture of one peak: exactly what the unit saw, in color, with a line around where it was
/// switched on.
struct UnitCrop {
  /// Pixels of a side of the result.
  let side: Int
  /// Whether what lies outside the photograph is shown too, hatched.
  var showsBorder = false

  /// The crop of `field` out of `picture`; `map` and `threshold` give the line.
  func picture(
    of picture: Picture, _ field: ReceptiveField, _ map: ResponseMap, threshold: Float
  ) -> Picture {
    guard let top = field.rows.seen.first, let bottom = field.rows.seen.last,
      let left = field.columns.seen.first, let right = field.columns.seen.last
    else { return Picture(width: side, height: side, channels: 3, filledWith: 128) }
    let rows = showsBorder ? field.rows.window : top..<bottom + 1
    let columns = showsBorder ? field.columns.window : left..<right + 1
    // Windows are square but for global ones; those are shown in their proportions.
    let scale = Double(side) / Double(max(rows.count, columns.count))
    let height = max(1, Int((Double(rows.count) * scale).rounded()))
    let width = max(1, Int((Double(columns.count) * scale).rounded()))
    var cell = Self.border(width: width, height: height)
    func place(_ pixel: Int, _ window: Range<Int>, _ length: Int) -> Int {
      (pixel - window.lowerBound) * length / window.count
    }
    let (x0, x1) = (place(left, columns, width), place(right + 1, columns, width))
    let (y0, y1) = (place(top, rows, height), place(bottom + 1, rows, height))
    if x1 > x0 && y1 > y0 {
      let part = picture.cropped(
        x: left, y: top, width: right - left + 1, height: bottom - top + 1)
      // Few pixels are shown as squares; interpolation would invent what was not seen.
      let filter: ResizeFilter = scale >= 4 ? .nearest : .bicubic
      cell.paste(part.resized(width: x1 - x0, height: y1 - y0, filter: filter), x: x0, y: y0)
    }
    func coordinates(_ count: Int, _ window: Range<Int>) -> [Double] {
      (0..<count).map {
        Double(window.lowerBound) + (Double($0) + 0.5) * Double(window.count) / Double(count) - 0.5
      }
    }
    let responses = map.resampled(
      rows: ResponseMap.taps(coordinates(height, rows), map.geometry, count: map.height),
      columns: ResponseMap.taps(coordinates(width, columns), map.geometry, count: map.width))
    cell.outline(where: responses.map { $0 > threshold }, x: x0..<x1, y: y0..<y1)
    return cell
  }

  /// A hatched field: what lies outside the picture.
  private static func border(width: Int, height: Int) -> Picture {
    var cell = Picture(width: width, height: height, channels: 3, filledWith: 236)
    for y in 0..<height {
      for x in 0..<width where (x + y) % 8 < 2 {
        for c in 0..<3 { cell.samples[(y * width + x) * 3 + c] = 205 }
      }
    }
    return cell
  }
}

extension Picture {
  /// Draws the edge of a region, two pixels wide (yellow inside, dark outside), within a part of
  /// this sRGB picture.
  mutating func outline(where inside: [Bool], x columns: Range<Int>, y rows: Range<Int>) {
    func isIn(_ x: Int, _ y: Int) -> Bool? {
      columns.contains(x) && rows.contains(y) ? inside[y * width + x] : nil
    }
    for y in rows {
      for x in columns {
        let here = inside[y * width + x]
        let neighbors = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        guard neighbors.contains(where: { isIn($0.0, $0.1).map { $0 != here } ?? false }) else {
          continue
        }
        let color: SIMD3<UInt8> = here ? [255, 225, 0] : [30, 30, 30]
        for c in 0..<3 { samples[(y * width + x) * 3 + c] = color[c] }
      }
    }
  }
}
