internal import Datasets
internal import Images
internal import Networks
internal import Probes
internal import Training

/// Masks and boxes of probed pictures, in the largest centered square.
struct ProbeTruth: Sendable {
  /// The mask of one picture, at full resolution.
  struct Mask: Sendable {
    /// The picture's place among those to learn from, or to test on.
    let row: Int
    let side: Int
    /// 0 background, 255 unknown, else 1 + the class.
    let classes: [UInt8]
  }

  /// The boxes of one picture, as shares of its square.
  struct Boxes: Sendable {
    /// The picture's place among those to learn from, or to test on.
    let row: Int
    let boxes: [(left: Double, top: Double, right: Double, bottom: Double)]

    /// Whether the positions of a grid overlap one of the boxes by half.
    func isHit(
      by found: (rows: ClosedRange<Int>, columns: ClosedRange<Int>), _ grid: CellGrid
    ) -> Bool {
      let left = Double(found.columns.lowerBound) / Double(grid.columns)
      let right = Double(found.columns.upperBound + 1) / Double(grid.columns)
      let top = Double(found.rows.lowerBound) / Double(grid.rows)
      let bottom = Double(found.rows.upperBound + 1) / Double(grid.rows)
      return boxes.contains { box in
        let across = min(right, box.right) - max(left, box.left)
        let down = min(bottom, box.bottom) - max(top, box.top)
        guard across > 0, down > 0 else { return false }
        let common = across * down
        let all =
          (right - left) * (bottom - top) + (box.right - box.left) * (box.bottom - box.top) - common
        return common >= 0.5 * all
      }
    }
  }

  let trainMasks, testMasks: [Mask]
  let trainBoxes, testBoxes: [Boxes]

  /// At most `masks` masks of each kind, and all boxes.
  init(_ data: LabelledPictures, masks: Int, boxes: Bool) throws {
    trainMasks = try Self.masks(data.dataset, data.train, masks)
    testMasks = try Self.masks(data.dataset, data.test, masks)
    trainBoxes = boxes ? Self.boxes(data.dataset, data.train) : []
    testBoxes = boxes ? Self.boxes(data.dataset, data.test) : []
  }

  private static func masks(
    _ dataset: Dataset, _ records: [Int], _ most: Int
  ) throws -> [Mask] {
    var found: [Mask] = []
    for (row, record) in records.enumerated() where dataset.hasMask(record) {
      guard found.count < most else { break }
      let size = dataset.size(of: record)
      let mask = try dataset.mask(record, width: size.width, height: size.height)
      let side = min(mask.width, mask.height)
      let (x, y) = ((mask.width - side) / 2, (mask.height - side) / 2)
      found.append(
        Mask(
          row: row, side: side,
          classes: (y..<y + side).flatMap {
            mask.samples[$0 * mask.width + x..<$0 * mask.width + x + side]
          }))
    }
    return found
  }

  /// Objects that benchmarks count, and that the square shows a part of.
  private static func boxes(_ dataset: Dataset, _ records: [Int]) -> [Boxes] {
    records.enumerated().compactMap { row, record in
      let size = dataset.size(of: record)
      let side = Double(min(size.width, size.height))
      let x = (Double(size.width) - side) / 2
      let y = (Double(size.height) - side) / 2
      func share(_ edge: Double) -> Double { min(max(edge / side, 0), 1) }
      typealias Edges = (left: Double, top: Double, right: Double, bottom: Double)
      var boxes: [Edges] = []
      for object in dataset.boxes(of: record) where !object.isDifficult {
        let box = object.box
        let (left, top) = (share(Double(box.xMin) - x), share(Double(box.yMin) - y))
        let (right, bottom) = (share(Double(box.xMax) + 1 - x), share(Double(box.yMax) + 1 - y))
        if right > left, bottom > top { boxes.append((left, top, right, bottom)) }
      }
      return boxes.isEmpty ? nil : Boxes(row: row, boxes: boxes)
    }
  }
}
