import Foundation

/// What a folder's README.md may name.
enum ReadmeRules {
  private static let endings: Set = ["swift", "cu", "c", "h", "proto", "mustache"]

  /// Names in backticks that nothing has: files that lie neither below the folder nor where their
  /// path says, folders that are not in it, and types that no source knows.
  ///
  /// `paths` are the files of the checkout; `words` all words of its sources.
  static func breaches(
    _ readme: SourceFile, paths: Set<String>, words: Set<Substring>
  ) -> [Breach] {
    let folder = readme.path.split(separator: "/").dropLast().joined(separator: "/")
    return names(in: readme.text).compactMap { name in
      let place = "\(readme.path): '\(name)'"
      if name.hasSuffix("/") {
        let isFolder = name.first!.isUppercase && name.allSatisfy { $0.isLetter || $0 == "/" }
        return isFolder && !paths.contains { $0.hasPrefix("\(folder)/\(name)") }
          ? "\(place) is no folder of it" : nil
      }
      if let dot = name.lastIndex(of: "."), endings.contains(String(name[dot...].dropFirst())),
        dot != name.startIndex
      {
        let isThere =
          paths.contains { $0.hasPrefix("\(folder)/") && $0.hasSuffix("/\(name)") }
          || paths.contains("Sources/\(name)") || paths.contains(name)
        return isThere ? nil : "\(place) is no file below it"
      }
      let isType =
        name.first!.isUppercase && name.allSatisfy { $0.isLetter || $0.isNumber }
        && name.contains(where: \.isLowercase)
      return isType && !words.contains(Substring(name)) ? "\(place) is not in the sources" : nil
    }
  }

  /// What stands between single backticks on one line, outside of blocks of code.
  private static func names(in text: String) -> [String] {
    let prose = text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 0 }
    return prose.flatMap { _, part in
      part.split(separator: "\n").flatMap { line in
        line.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
          .map(\.element).filter { !$0.isEmpty }
      }
    }
  }
}
