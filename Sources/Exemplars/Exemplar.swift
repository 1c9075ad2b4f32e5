public import ColorScience
internal import Randomness

/// A picture in color, from which colors are learned.
public struct Exemplar: Sendable {
  /// Its planes, row by row.
  public let planes: LabPlanes
  /// Columns and rows.
  public let width, height: Int

  /// A picture of these planes; traps where they are no whole number of rows.
  public init(_ planes: LabPlanes, width: Int) {
    precondition(
      width > 0 && !planes.a.isEmpty && planes.a.count.isMultiple(of: width),
      "Exemplar: \(planes.a.count) pixels are no rows of \(width)")
    (self.planes, self.width, height) = (planes, width, planes.a.count / width)
  }

  /// The color of a pixel.
  func color(_ pixel: Int) -> SIMD2<Float> { .init(planes.a[pixel], planes.b[pixel]) }

  /// The length of the gradient of ab at a pixel, in Lab units a pixel; at the edges the picture
  /// goes on unchanged.
  func variation(_ pixel: Int) -> Float {
    let (x, y) = (pixel % width, pixel / width)
    let across = color(pixel + (x + 1 < width ? 1 : 0)) - color(pixel - (x > 0 ? 1 : 0))
    let down = color(pixel + (y + 1 < height ? width : 0)) - color(pixel - (y > 0 ? width : 0))
    return 0.5 * ((across * across).sum() + (down * down).sum()).squareRoot()
  }

  /// About `count` pixels of all pictures together, one drawn from each of as many equal stretches;
  /// all of them where there are fewer. Of each picture the pixels' numbers.
  static func places(_ pictures: [Exemplar], count: Int, key: RandomKey) -> [[Int]] {
    let total = pictures.reduce(0) { $0 + $1.planes.a.count }
    var stream = key.stream()
    let drawn =
      total <= count
      ? Array(0..<total)
      : (0..<count).map {
        min(total - 1, Int((Double($0) + stream.uniform()) * Double(total) / Double(count)))
      }
    var places: [[Int]] = []
    var first = 0
    for picture in pictures {
      let end = first + picture.planes.a.count
      places.append(drawn.filter { first <= $0 && $0 < end }.map { $0 - first })
      first = end
    }
    return places
  }
}

/// Colors cannot be taken from what was given.
public enum ExemplarError: Error, Equatable, CustomStringConvertible {
  /// No picture in color at all.
  case noReference

  /// The problem and the remedy.
  public var description: String {
    switch self {
    case .noReference: "there is no reference picture to take colors from; give one in color"
    }
  }
}
