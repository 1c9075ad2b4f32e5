/// The pixels of a COCO object, column by column.
struct COCOMask {
  let width, height: Int
  /// Whether each pixel belongs to the object; pixel (x, y) is at x `height` + y.
  private(set) var pixels: [Bool]

  /// The pixels of a shape in a picture of this size; nil where runs are for another size, or do
  /// not end with it.
  init?(_ shape: COCOSegmentation, width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    pixels = [Bool](repeating: false, count: width * height)
    switch shape {
    case .polygons(let polygons):
      for polygon in polygons { fill(polygon) }
    case .runs(let counts, let runsWidth, let runsHeight):
      guard runsWidth == width, runsHeight == height, counts.allSatisfy({ $0 >= 0 }) else {
        return nil
      }
      var at = 0
      for (number, count) in counts.enumerated() {
        guard count <= pixels.count - at else { return nil }
        if number % 2 == 1 { for pixel in at..<at + count { pixels[pixel] = true } }
        at += count
      }
      guard at == pixels.count else { return nil }
    }
  }

  /// Adds the inside of a polygon, to the same pixels as COCO's own tools.
  ///
  /// The outline is drawn five times as large; where it passes the middle of a column of pixels,
  /// inside and outside change from the next pixel on.
  /// - Source: `rleFrPoly` of cocodataset/cocoapi, common/maskApi.c.
  private mutating func fill(_ polygon: [Double]) {
    let outline = Self.outline(polygon)
    var changes = Set<Int>()
    for (before, here) in zip(outline, outline.dropFirst()) where here.x != before.x {
      let middle = (Double(min(here.x, before.x)) + 0.5) / Self.scale - 0.5
      guard middle.rounded(.down) == middle, middle >= 0, middle <= Double(width - 1) else {
        continue
      }
      let edge = (Double(min(here.y, before.y)) + 0.5) / Self.scale - 0.5
      let row = Int(min(max(edge, 0), Double(height)).rounded(.up))
      // Two changes at one place undo each other.
      changes.formSymmetricDifference([Int(middle) * height + row])
    }
    var (isInside, last) = (false, 0)
    for change in changes.sorted() + [pixels.count] {
      if isInside { for pixel in last..<change { pixels[pixel] = true } }
      (isInside, last) = (!isInside, change)
    }
  }

  private static let scale = 5.0

  /// The points of the outline, each beside the one before, five to a pixel.
  private static func outline(_ polygon: [Double]) -> [(x: Int, y: Int)] {
    let corners = stride(from: 0, to: polygon.count - 1, by: 2).map {
      (x: Int(scale * polygon[$0] + 0.5), y: Int(scale * polygon[$0 + 1] + 0.5))
    }
    guard let first = corners.first else { return [] }
    var points: [(x: Int, y: Int)] = []
    for (from, to) in zip(corners, corners.dropFirst() + [first]) {
      let (across, down) = (abs(to.x - from.x), abs(to.y - from.y))
      let isFlat = across >= down
      // Lines are always drawn from left to right, or down, so that neighbors share their edges.
      let isTurned = isFlat ? from.x > to.x : from.y > to.y
      let (start, end) = isTurned ? (to, from) : (from, to)
      let length = isFlat ? across : down
      let rise = isFlat ? end.y - start.y : end.x - start.x
      // A line of one point has no slope.
      let slope = length == 0 ? 0 : Double(rise) / Double(length)
      for step in 0...length {
        let t = isTurned ? length - step : step
        points.append(
          isFlat
            ? (x: start.x + t, y: Int(Double(start.y) + slope * Double(t) + 0.5))
            : (x: Int(Double(start.x) + slope * Double(t) + 0.5), y: start.y + t))
      }
    }
    return points
  }
}
