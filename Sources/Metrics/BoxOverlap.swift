/// How the length of a box's side follows from its edges.
public enum BoxExtent: Sendable, CaseIterable {
  /// Edges are points of the plane: the width is xMax - xMin.
  case continuous
  /// Edges are pixels that belong to the box: the width is xMax - xMin + 1, as in VOC.
  case inclusivePixels

  fileprivate var margin: Double { self == .continuous ? 0 : 1 }
}

/// A rectangle in Double, in which IoU decides at a threshold as the benchmarks' own code does.
public struct DetectionBox: Sendable, Hashable {
  /// The edges, in pixels.
  public var xMin, yMin, xMax, yMax: Double

  /// A box of these edges.
  public init(xMin: Double, yMin: Double, xMax: Double, yMax: Double) {
    (self.xMin, self.yMin, self.xMax, self.yMax) = (xMin, yMin, xMax, yMax)
  }

  /// The area in square pixels.
  public func area(_ extent: BoxExtent) -> Double {
    (xMax - xMin + extent.margin) * (yMax - yMin + extent.margin)
  }

  /// The area shared with another box, over the area covered by either (IoU); 0 where they only
  /// touch, also when both are empty.
  public func overlap(_ other: DetectionBox, _ extent: BoxExtent) -> Double {
    let width = min(xMax, other.xMax) - max(xMin, other.xMin) + extent.margin
    let height = min(yMax, other.yMax) - max(yMin, other.yMin) + extent.margin
    guard width > 0, height > 0 else { return 0 }
    let shared = width * height
    return shared / (area(extent) + other.area(extent) - shared)
  }
}

/// The overlap (IoU) of each box with each other one.
///
/// - Shapes: the result is [boxes, others], row by row.
public func overlaps(
  _ boxes: [DetectionBox], _ others: [DetectionBox], _ extent: BoxExtent
) -> [Double] {
  var result: [Double] = []
  result.reserveCapacity(boxes.count * others.count)
  for box in boxes {
    for other in others { result.append(box.overlap(other, extent)) }
  }
  return result
}
