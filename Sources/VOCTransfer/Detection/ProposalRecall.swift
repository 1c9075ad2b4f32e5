public import Datasets
internal import Metrics
internal import Statistics
public import Text

/// How many of the annotated objects proposals find.
public struct ProposalRecall: Codable, Sendable, Equatable {
  /// What the first so many proposals of each picture reach.
  public struct Point: Codable, Sendable, Equatable {
    /// The largest number of proposals taken of a picture.
    public let limit: Int
    /// How many that is on average.
    public let boxes: Double
    /// The share of objects that a proposal overlaps (IoU) by at least 0.5, and by 0.7.
    public let half, strict: Double
    /// The mean over objects of the best overlap.
    public let overlap: Double
  }

  /// The pictures looked at.
  public let pictures: Int
  /// Their objects that are not difficult.
  public let objects: Int
  /// One point for each limit.
  public let points: [Point]

  /// Holds the proposals of `records` against their objects, which are not difficult; nil without
  /// objects. Areas count the pixels of both edges, as in VOC.
  public init?(
    _ proposals: ProposalFile, of dataset: Dataset, records: [Int],
    limits: [Int] = [100, 500, 1000, 2000]
  ) {
    var best = limits.map { _ in [Double]() }
    var counts = limits.map { _ in 0 }
    for record in records {
      let boxes = proposals.boxes(of: record).map { DetectionBox($0) }
      for (index, limit) in limits.enumerated() { counts[index] += min(limit, boxes.count) }
      for object in dataset.boxes(of: record) where !object.isDifficult {
        let overlaps = boxes.map { $0.overlap(DetectionBox(object.box), .inclusivePixels) }
        for (index, limit) in limits.enumerated() {
          best[index].append(overlaps.prefix(limit).max() ?? 0)
        }
      }
    }
    guard let objects = best.first?.count, objects > 0 else { return nil }
    pictures = records.count
    self.objects = objects
    points = limits.indices.map { index in
      let values = best[index]
      return Point(
        limit: limits[index], boxes: Double(counts[index]) / Double(records.count),
        half: Double(values.count { $0 >= 0.5 }) / Double(objects),
        strict: Double(values.count { $0 >= 0.7 }) / Double(objects), overlap: values.mean)
    }
  }

  /// The points as a table.
  public var table: Table {
    var table = Table([
      "at most", "boxes a picture", "recall at IoU 0.5, %", "recall at 0.7, %", "mean overlap, %",
    ])
    for point in points {
      table.add([
        "\(point.limit)", Table.number(point.boxes, digits: 0),
        Table.number(100 * point.half, digits: 1), Table.number(100 * point.strict, digits: 1),
        Table.number(100 * point.overlap, digits: 1),
      ])
    }
    return table
  }
}
