/// A breach of a house rule, in words that name the file and the line.
typealias Breach = String

/// How long files and lines may be.
enum SizeRules {
  static let lines = 500
  static let columns = 100

  /// Code that a program wrote is as long and as wide as that program likes.
  private static func isGenerated(_ file: SourceFile) -> Bool { file.path.hasSuffix(".pb.swift") }

  static func overlong(_ file: SourceFile) -> [Breach] {
    isGenerated(file) || file.lines.count <= lines
      ? [] : ["\(file.path): \(file.lines.count) lines, over \(lines)"]
  }

  /// A line that is long because of an address in it may stay so.
  static func wide(_ file: SourceFile) -> [Breach] {
    file.lines.enumerated().compactMap { index, line in
      isGenerated(file) || line.count <= columns || line.contains("://")
        ? nil : "\(file.path):\(index + 1): \(line.count) columns, over \(columns)"
    }
  }
}
