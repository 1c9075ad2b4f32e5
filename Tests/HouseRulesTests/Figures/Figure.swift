import Foundation

/// A figure as a page writes it, made from the numbers of a file.
struct Figure {
  let text: String

  /// A number with so many digits after the point, halves away from zero; `-0.0` reads 0.0.
  ///
  /// `sign`: whether what is not below zero has a plus.
  init(_ number: Double, _ digits: Int, sign: Bool = false) {
    let power = pow(10, Double(digits))
    var rounded = (number * power).rounded(.toNearestOrAwayFromZero) / power
    if rounded == 0 { rounded = 0 }
    text = String(format: sign ? "%+.\(digits)f" : "%.\(digits)f", rounded)
  }

  /// A count, its thousands apart.
  init(count: Int) {
    let digits = String(count)
    text = String(
      digits.enumerated().reduce(into: "") { text, digit in
        let left = digits.count - digit.offset
        if digit.offset > 0, left % 3 == 0 { text.append(",") }
        text.append(digit.element)
      })
  }

  private init(text: String) { self.text = text }

  /// A value with its interval: 2.6 [2.2, 2.9].
  static func interval(_ three: [Double], _ digits: Int, sign: Bool = false) -> Figure {
    let parts = [Figure(three[0], digits, sign: sign)] + three[1...2].map { Figure($0, digits) }
    return Figure(text: "\(parts[0].text) [\(parts[1].text), \(parts[2].text)]")
  }

  /// A median with its range: 2.14 (2.13 to 2.15).
  static func range(_ three: [Double], _ digits: Int) -> Figure {
    let parts = three.map { Figure($0, digits).text }
    return Figure(text: "\(parts[0]) (\(parts[1]) to \(parts[2]))")
  }

  /// The smallest and the largest: 0.97 to 1.05.
  static func span(_ numbers: [Double], _ digits: Int, sign: Bool = false) -> Figure {
    let ends = [numbers.min()!, numbers.max()!].map { Figure($0, digits, sign: sign).text }
    return Figure(text: "\(ends[0]) to \(ends[1])")
  }
}

/// A paired difference, its interval with it, seen from the other side.
func reversed(_ three: [Double]) -> [Double] { [-three[0], -three[2], -three[1]] }

/// Words of a page with the figures in them; numbers in the words themselves are no figures.
struct Words: ExpressibleByStringInterpolation {
  struct Part {
    let text: String
    let isFigure: Bool
  }
  var parts: [Part]

  var text: String { parts.map(\.text).joined() }

  init(stringLiteral text: String) { parts = [Part(text: text, isFigure: false)] }
  init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ text: String) { appendInterpolation(text) }
    mutating func appendInterpolation(_ text: String) {
      parts.append(Part(text: text, isFigure: false))
    }
    mutating func appendInterpolation(_ figure: Figure) {
      parts.append(Part(text: figure.text, isFigure: true))
    }
    mutating func appendInterpolation(_ words: Words) { parts += words.parts }
  }
}

/// What a page must say, since files of results say so.
struct Statement {
  let page: String
  let words: Words
  /// Whether the files bear out what the words say beyond their figures.
  let holds: Bool

  init(_ page: String, _ words: Words, if holds: Bool = true) {
    (self.page, self.words, self.holds) = (page, words, holds)
  }
}
