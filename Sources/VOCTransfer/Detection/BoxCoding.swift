internal import Configurations
public import Metrics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How the way from a proposal to its object is written as four numbers that a network can learn.
///
/// The shift of the center in units of the proposal's size, and the logarithm of the ratio of the
/// sizes; each has its mean subtracted and is divided by its deviation.
/// - Source: Girshick et al., "Rich feature hierarchies", 2014, appendix C; the deviations are
///   those of py-faster-rcnn.
public struct BoxCoding: Codable, Hashable, Sendable {
  /// Subtracted from x, y, width and height.
  public var mean: [Double] = [0, 0, 0, 0]
  /// Divided by then.
  public var deviation: [Double] = [0.1, 0.1, 0.2, 0.2]

  /// The usual normalization.
  public init() {}

  func check() throws {
    guard mean.count == 4, deviation.count == 4, deviation.allSatisfy({ $0 > 0 }) else {
      throw ConfigurationError(
        place: "coding", problem: "needs four means and four positive deviations")
    }
  }

  /// The code of an object as seen from a proposal.
  public func encode(_ object: DetectionBox, from proposal: DetectionBox) -> [Double] {
    let (to, from) = (Rectangle(object), Rectangle(proposal))
    let code = [
      (to.x - from.x) / from.width, (to.y - from.y) / from.height, log(to.width / from.width),
      log(to.height / from.height),
    ]
    return code.indices.map { (code[$0] - mean[$0]) / deviation[$0] }
  }

  /// The object that a code means. Sizes grow by no more than 62.5 times, so that a wild network
  /// gives no infinite box.
  public func decode(_ code: ArraySlice<Double>, from proposal: DetectionBox) -> DetectionBox {
    let from = Rectangle(proposal)
    let value = (0..<4).map { code[code.startIndex + $0] * deviation[$0] + mean[$0] }
    let limit = log(1000.0 / 16)
    return Rectangle(
      x: from.x + value[0] * from.width, y: from.y + value[1] * from.height,
      width: from.width * exp(min(value[2], limit)), height: from.height * exp(min(value[3], limit))
    ).box
  }
}

/// A box by its center and size; widths count the pixels of both edges.
private struct Rectangle {
  let x, y, width, height: Double

  init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  init(_ box: DetectionBox) {
    (width, height) = (box.xMax - box.xMin + 1, box.yMax - box.yMin + 1)
    (x, y) = (box.xMin + width / 2, box.yMin + height / 2)
  }

  var box: DetectionBox {
    DetectionBox(
      xMin: x - width / 2, yMin: y - height / 2, xMax: x + width / 2 - 1, yMax: y + height / 2 - 1)
  }
}

extension DetectionBox {
  /// The box in the mirror image of a picture of `width` columns.
  func mirrored(width: Int) -> DetectionBox {
    DetectionBox(
      xMin: Double(width - 1) - xMax, yMin: yMin, xMax: Double(width - 1) - xMin, yMax: yMax)
  }

  /// The box in the picture resized by these factors.
  func scaled(x: Double, y: Double) -> DetectionBox {
    DetectionBox(
      xMin: xMin * x, yMin: yMin * y, xMax: (xMax + 1) * x - 1, yMax: (yMax + 1) * y - 1)
  }

  /// The box with its edges moved into a picture of this size.
  func clamped(width: Int, height: Int) -> DetectionBox {
    func inside(_ value: Double, _ length: Int) -> Double { min(max(value, 0), Double(length - 1)) }
    return DetectionBox(
      xMin: inside(xMin, width), yMin: inside(yMin, height), xMax: inside(xMax, width),
      yMax: inside(yMax, height))
  }
}
