import Foundation

/// The figures of a page are those of files.
enum FigureRules {
  /// Statements that the page does not make once, or that the files contradict, and figures on it
  /// that are in no statement and in none of `settings`.
  ///
  /// A figure is a number with a decimal point or before a percent sign.
  static func breaches(
    _ page: SourceFile, statements: [Statement], settings: [String]
  ) -> [Breach] {
    let text = flat(page.text)
    var known: [Range<String.Index>] = settings.flatMap { text.ranges(of: $0) }
    var breaches: [Breach] = []
    for statement in statements where statement.page == page.path {
      let places = text.ranges(of: statement.words.text)
      if !statement.holds {
        breaches.append("\(page.path): the files do not say '\(statement.words.text)'")
      }
      if places.count != 1 {
        breaches.append(
          "\(page.path): says \(places.count) times, not once, '\(statement.words.text)'")
      }
      for place in places { known += figures(of: statement.words, at: place.lowerBound, in: text) }
    }
    for match in text.matches(of: /\d[\d,]*(?:\.\d+)?/) {
      let rest = text[match.range.upperBound...]
      let isFigure = match.0.contains(".") || rest.prefixMatch(of: /\ ?%/) != nil
      let isKnown = known.contains {
        $0.lowerBound <= match.range.lowerBound && match.range.upperBound <= $0.upperBound
      }
      if isFigure, !isKnown {
        let before = text[..<match.range.lowerBound].suffix(40)
        let after = text[match.range.upperBound...].prefix(20)
        breaches.append("\(page.path): \(match.0) has no file: '\(before)\(match.0)\(after)'")
      }
    }
    return breaches
  }

  /// A page on one line, so that statements need not know where its lines end.
  static func flat(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A page without the lines of its tables, for pages that hold their numbers themselves.
  static func prose(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.hasPrefix("|") }.joined(separator: "\n")
  }

  /// A page from the line `heading` to the next heading of its rank.
  static func section(_ heading: String, of text: String) -> String? {
    let lines = text.components(separatedBy: "\n")
    guard let at = lines.firstIndex(of: heading) else { return nil }
    let rest = lines[(at + 1)...].prefix { !$0.hasPrefix("## ") }
    return rest.joined(separator: "\n")
  }

  private static func figures(
    of words: Words, at start: String.Index, in text: String
  ) -> [Range<String.Index>] {
    var at = start
    return words.parts.compactMap { part in
      let begin = at
      at = text.index(at, offsetBy: part.text.count)
      return part.isFigure ? begin..<at : nil
    }
  }
}
