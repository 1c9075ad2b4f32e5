internal import ColorScience
public import Randomness

/// A circle of colored dots with a number in it, which only people who tell its two colors apart
/// can read.
///
/// The dots' lightness is jittered, so that it gives nothing away. The colors are chosen by a model
/// of dichromats' vision (`ColorDeficiency`), for a screen in sRGB: it finds who should not judge
/// colors here and now, whether by eye or by screen, and is no medical test.
public struct ColorPlate: Sendable {
  /// What a plate asks.
  public enum Kind: Sendable, CaseIterable {
    /// Dark on light: everybody can read it who looks at a screen that works.
    case anybody
    /// Hidden from people without red cones.
    case protanopia
    /// Hidden from people without green cones.
    case deuteranopia
    /// Hidden from both.
    case both
  }

  /// A dot, in the plate's units: the plate is a circle of radius 100 around 0.
  public struct Dot: Sendable {
    /// The middle.
    public let x: Double, y: Double
    /// The radius.
    public let radius: Double
    /// Whether it is part of the number.
    public let isFigure: Bool
    /// Its color, as 8-bit codes of sRGB.
    public let color: (red: UInt8, green: UInt8, blue: UInt8)
  }

  /// The dots, larger ones first.
  public let dots: [Dot]

  /// A plate that shows `number`, of two digits; the same key gives the same dots.
  public init(_ number: Int, _ kind: Kind, key: RandomKey) {
    precondition((10...99).contains(number), "ColorPlate: \(number) has not two digits")
    var stream = key.stream()
    let (figure, ground) = Self.colors(kind)
    dots = Self.places(&stream).map { place in
      let isFigure = Self.isFigure(place.x, place.y, number)
      var color = isFigure ? figure : ground
      color.lightness += stream.uniform(in: -8..<8)
      return Dot(
        x: place.x, y: place.y, radius: place.radius, isFigure: isFigure, color: color.sRGB.codes)
    }
  }

  /// The plate as an SVG element.
  public var svg: String {
    let circles = dots.map { dot in
      func short(_ value: Double) -> String { "\((10 * value).rounded() / 10)" }
      let (red, green, blue) = dot.color
      return "<circle cx=\"\(short(dot.x))\" cy=\"\(short(dot.y))\" r=\"\(short(dot.radius))\" "
        + "fill=\"rgb(\(red),\(green),\(blue))\"/>"
    }
    return "<svg viewBox=\"-102 -102 204 204\" role=\"img\" aria-label=\"colored dots\">"
      + circles.joined() + "</svg>"
  }

  /// The colors of the number and of what is around it.
  private static func colors(_ kind: Kind) -> (figure: Lab, ground: Lab) {
    let center = Lab(lightness: 64, a: 2, b: 22)
    func hidden(from visions: [ColorDeficiency]) -> (Lab, Lab) {
      let pair = ColorDeficiency.confused(by: visions, around: center, reach: 24)
      return (pair.redder, pair.greener)
    }
    return switch kind {
    case .anybody:
      (Lab(lightness: 42, a: 2, b: 22), Lab(lightness: 80, a: 2, b: 22))
    case .protanopia: hidden(from: [.protanopia])
    case .deuteranopia: hidden(from: [.deuteranopia])
    case .both: hidden(from: [.protanopia, .deuteranopia])
    }
  }

  /// Dots thrown into the circle, ever smaller, each where it touches no other.
  private static func places(
    _ stream: inout RandomStream
  ) -> [(x: Double, y: Double, radius: Double)] {
    var places: [(x: Double, y: Double, radius: Double)] = []
    for (radius, tries) in [(3.6, 150), (2.8, 700), (2.1, 5000), (1.5, 9000)] {
      for _ in 0..<tries {
        let (x, y) = (stream.uniform(in: -100..<100), stream.uniform(in: -100..<100))
        guard x * x + y * y < (100 - radius) * (100 - radius) else { continue }
        let isFree = places.allSatisfy { other in
          let apart = radius + other.radius + 0.5
          let (dx, dy) = (x - other.x, y - other.y)
          return dx * dx + dy * dy > apart * apart
        }
        if isFree { places.append((x, y, radius)) }
      }
    }
    return places
  }

  /// Whether a point lies on one of the number's two digits, each of up to seven bars.
  private static func isFigure(_ x: Double, _ y: Double, _ number: Int) -> Bool {
    let (halfWidth, halfHeight, thickness) = (19.0, 48.0, 9.5)
    return [(number / 10, -35.0), (number % 10, 35.0)].contains { digit, middle in
      bars[digit].contains { bar in
        let (x0, x1) = (middle + halfWidth * bar.x0, middle + halfWidth * bar.x1)
        let (y0, y1) = (halfHeight * bar.y0, halfHeight * bar.y1)
        let (dx, dy) = (x - min(max(x, x0), x1), y - min(max(y, y0), y1))
        return dx * dx + dy * dy < thickness * thickness
      }
    }
  }

  private typealias Bar = (x0: Double, y0: Double, x1: Double, y1: Double)

  /// The bars of the digits 0 to 9, between -1 and 1.
  private static let bars: [[Bar]] = {
    let (top, middle, bottom): (Bar, Bar, Bar) = ((-1, -1, 1, -1), (-1, 0, 1, 0), (-1, 1, 1, 1))
    let (upperLeft, lowerLeft): (Bar, Bar) = ((-1, -1, -1, 0), (-1, 0, -1, 1))
    let (upperRight, lowerRight): (Bar, Bar) = ((1, -1, 1, 0), (1, 0, 1, 1))
    return [
      [top, upperLeft, upperRight, lowerLeft, lowerRight, bottom], [(0, -1, 0, 1)],
      [top, upperRight, middle, lowerLeft, bottom], [top, upperRight, middle, lowerRight, bottom],
      [upperLeft, upperRight, middle, lowerRight], [top, upperLeft, middle, lowerRight, bottom],
      [top, upperLeft, middle, lowerLeft, lowerRight, bottom], [top, upperRight, lowerRight],
      [top, upperLeft, upperRight, middle, lowerLeft, lowerRight, bottom],
      [top, upperLeft, upperRight, middle, lowerRight, bottom],
    ]
  }()
}
