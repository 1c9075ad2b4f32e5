/// What a layer or a trunk is, is said once: by `LayerKind` and by `TrunkDescription`.
enum LayerRules {
  /// The layers that a file declares.
  static func declared(_ file: SourceFile) -> [String] {
    file.lines.compactMap { line in
      line.firstMatch(of: /^public struct (\w+): (?:Stack|Simple)Layer\b/).map { String($0.1) }
    }
  }

  /// Lines that cast to one of these layers.
  static func casts(_ file: SourceFile, layers: Set<String>) -> [Breach] {
    file.codeLines.compactMap { number, line in
      for match in line.matches(of: /\b(?:as\?|as!|is|case let \w+ as|case var \w+ as) (\w+)\b/)
      where layers.contains(String(match.1)) && !line.contains("//") {
        return "\(file.path):\(number): casts to \(match.1); switch over LayerKind"
      }
      return nil
    }
  }

  /// Lines outside of Trunks that ask which architecture it is.
  static func questions(_ file: SourceFile) -> [Breach] {
    guard !file.path.hasPrefix("Sources/Networks/Trunks/") else { return [] }
    return file.codeLines.compactMap { number, line in
      line.firstMatch(of: /architecture (?:[=!]= \.|\{)/) == nil
        ? nil
        : "\(file.path):\(number): asks for the architecture; let TrunkDescription answer"
    }
  }
}
