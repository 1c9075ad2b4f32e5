/// What is written in one place only.
enum HomeRules {
  /// Words, and the one file of Sources that may hold them; none where nothing may.
  static let homes: [(words: String, home: String?)] = [
    ("JSONEncoder(", "Sources/Files/JSON.swift"), ("JSONDecoder(", "Sources/Files/JSON.swift"),
    ("import Crypto", "Sources/Files/Digest.swift"),
    (".tmp.", "Sources/Files/TemporaryFile.swift"), ("atomically: true", nil),
    ("options: .atomic", nil),
    ("0.299", "Sources/ColorScience/Luma.swift"),
    // What is said goes through one place, which no full disk or closed pipe can end.
    ("FileHandle.standardE", nil), ("FileHandle.standardO", nil), ("fputs(", nil),
    ("debugPrint(", nil),
    // Only in Python's words.
    ("print(", "Sources/FeatureExport/PyTorch/ExtractorScript.swift"),
    // Threads that cannot be started are an error only there.
    ("pthread_create(", "Sources/Processes/Worker.swift"), ("import Dispatch", nil),
    (" Thread(", nil), ("XMLParser", nil),
  ]

  static func breaches(_ file: SourceFile) -> [Breach] {
    guard file.isSource else { return [] }
    return file.lines.enumerated().flatMap { index, line in
      homes.filter { file.path != $0.home && line.contains($0.words) }.map { words, home in
        "\(file.path):\(index + 1): '\(words)' stands in \(home ?? "no file")"
      }
    }
  }
}
