/// A rectangle of pixels, both edges included, the first pixel being (0, 0).
///
/// A box that covers one pixel has `xMin == xMax`. VOC annotations count from 1; they are shifted
/// when a dataset is built.
public struct Box: Sendable, Hashable {
  /// The columns and rows of the outermost pixels; fractions are kept as annotated.
  public var xMin, yMin, xMax, yMax: Float

  /// A box from these edges.
  public init(xMin: Float, yMin: Float, xMax: Float, yMax: Float) {
    (self.xMin, self.yMin, self.xMax, self.yMax) = (xMin, yMin, xMax, yMax)
  }

  /// Whether it is a box at all, and inside a picture of this size.
  public func isInside(width: Int, height: Int) -> Bool {
    xMin >= 0 && yMin >= 0 && xMin <= xMax && yMin <= yMax && xMax <= Float(width - 1)
      && yMax <= Float(height - 1)
  }

  /// The part inside a picture of this size, or nil where there is none.
  public func clipped(width: Int, height: Int) -> Box? {
    let box = Box(
      xMin: max(xMin, 0), yMin: max(yMin, 0), xMax: min(xMax, Float(width - 1)),
      yMax: min(yMax, Float(height - 1)))
    return box.isInside(width: width, height: height) ? box : nil
  }
}

/// An annotated object: its box, its class, and whether it is marked difficult.
public struct BoxAnnotation: Sendable, Hashable {
  /// Where the object is.
  public var box: Box
  /// The position of its class in the dataset's `classes`.
  public var classIndex: Int
  /// Whether benchmarks leave it out of the count.
  public var isDifficult: Bool

  /// An object with these properties.
  public init(box: Box, classIndex: Int, isDifficult: Bool) {
    (self.box, self.classIndex, self.isDifficult) = (box, classIndex, isDifficult)
  }
}
