/// What is written in one place only.
enum HomeRules {
  /// Words, and the one file of Sources that may hold them; none where nothing may.
  static let homes: [(words: String, home: String?)] = [
    ("JSONEncoder(", "Sources/Files/JSON.swift"), ("JSONDecoder(", "Sources/Files/JSON.swift"),
    ("import Crypto", "Sources/Files/Digest.swift"),
    (".tmp.", "Sources/Files/TemporaryFile.swift"), ("atomically: true", nil),
    ("options: .atomic", nil),
    ("0.299", "Sources/ColorScience/Luma.swift"),
  ]

  static func breaches(_ file: SourceFile) -> [Breach] {
    guard file.isSource else { return [] }
    return file.lines.enumerated().flatMap { index, line in
      homes.filter { file.path != $0.home && line.contains($0.words) }.map { words, home in
        "\(file.path):\(index + 1): '\(words)' stands in \(home ?? "no file; use AtomicFile")"
      }
    }
  }
}
