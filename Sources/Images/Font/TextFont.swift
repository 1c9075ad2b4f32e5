/// The font of sheets and boxes, in two sizes: DejaVu Sans, its letters drawn beforehand.
public enum TextFont: Sendable, CaseIterable {
  /// 13 pixels: captions and labels.
  case small
  /// 18 pixels: titles.
  case large

  /// Rows from one line of text to the next.
  public var lineHeight: Int { letters.height }

  /// Columns that a line of text takes.
  public func width(of text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + letters.advance(of: $1) }
  }

  /// Text in lines of at most so many columns, cut at spaces, commas and slashes, and within words
  /// only where one alone is wider; line breaks stay.
  public func lines(of text: String, width limit: Int) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      var lines = [""]
      for word in Self.words(line) {
        if width(of: lines[lines.count - 1] + word.trimmingSpace) <= limit {
          lines[lines.count - 1] += word
          continue
        }
        if !lines[lines.count - 1].isEmpty { lines.append("") }
        for letter in word {
          if width(of: lines[lines.count - 1]) + letters.advance(of: letter) > limit,
            !lines[lines.count - 1].isEmpty, letter != " "
          {
            lines.append("")
          }
          lines[lines.count - 1].append(letter)
        }
      }
      return lines.map { String($0.trimmingSpace) }.filter { !$0.isEmpty }
    }
  }

  /// Pieces that end where a line may be cut.
  private static func words(_ line: Substring) -> [Substring] {
    var words: [Substring] = []
    var start = line.startIndex
    for place in line.indices where " ,/".contains(line[place]) {
      let next = line.index(after: place)
      words.append(line[start..<next])
      start = next
    }
    if start < line.endIndex { words.append(line[start...]) }
    return words
  }

  /// How much of each pixel a character covers, 0 to 255, [`lineHeight`, `advance`], and its width.
  func glyph(_ character: Character) -> (coverage: [UInt8], width: Int) {
    letters.glyph(character)
  }

  private var letters: Letters {
    switch self {
    case .small: Self.smallLetters
    case .large: Self.largeLetters
    }
  }

  private static let smallLetters = Letters(PackageResources.small_png)
  private static let largeLetters = Letters(PackageResources.large_png)
}

extension StringProtocol {
  /// Without the spaces at its end.
  fileprivate var trimmingSpace: SubSequence {
    var rest = self[...]
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}

/// The letters of one size, from a picture of `scripts/font.py`.
private struct Letters: Sendable {
  private static let columns = 16
  private static let characters: [Character] =
    (Array(32...126) + Array(160...255)).map { Character(UnicodeScalar(UInt8($0))) }
    + Array("–—‘’“”…•−→←≤≥≈λσμ")
  private static let places = Dictionary(
    uniqueKeysWithValues: characters.enumerated().map { ($0.element, $0.offset) })

  private let picture: Picture
  private let cellWidth: Int
  let height: Int
  private let advances: [Int]

  init(_ bytes: [UInt8]) {
    guard let picture = try? Picture(decoding: bytes, as: .gray) else {
      fatalError("TextFont: the picture of the letters cannot be read")
    }
    self.picture = picture
    let rows = (Self.characters.count + Self.columns - 1) / Self.columns
    let (width, cell) = (picture.width / Self.columns, picture.height / rows)
    (cellWidth, height) = (width, cell - 1)
    advances = Self.characters.indices.map { place in
      let start = place / Self.columns * cell * picture.width + place % Self.columns * width
      return picture.samples[start..<start + width].count { $0 > 127 }
    }
  }

  private func place(of character: Character) -> Int {
    Self.places[character] ?? Self.places["?"]!
  }

  func advance(of character: Character) -> Int { advances[place(of: character)] }

  func glyph(_ character: Character) -> (coverage: [UInt8], width: Int) {
    let place = place(of: character)
    // Some letters reach a pixel into the next.
    let width = min(advances[place] + 1, cellWidth)
    let left = place % Self.columns * cellWidth
    let top = place / Self.columns * (height + 1) + 1
    return (
      (0..<height).flatMap { row in
        let start = (top + row) * picture.width + left
        return picture.samples[start..<start + width]
      }, width
    )
  }
}
