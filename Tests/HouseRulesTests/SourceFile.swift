import Foundation
import TestSupport

/// A file of the package: its path from the root, and its text.
struct SourceFile {
  let path: String
  let text: String
  let lines: [Substring]

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
  }

  /// The module of a file under Sources, or the folder under Tests or Experiments.
  var module: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  /// Whether the file belongs to the product rather than to its tests.
  var isSource: Bool { path.hasPrefix("Sources/") }

  /// The lines outside multi-line string literals, with their numbers.
  var codeLines: [(number: Int, text: Substring)] {
    var result: [(number: Int, text: Substring)] = []
    var isQuoted = false
    for (index, line) in lines.enumerated() {
      if !isQuoted { result.append((index + 1, line)) }
      if line.components(separatedBy: "\"\"\"").count % 2 == 0 { isQuoted.toggle() }
    }
    return result
  }
}

/// The files of this checkout.
enum Checkout {
  /// The paths of all files and folders under `folder`, from there.
  static func paths(under folder: String) throws -> [String] {
    let found = FileManager.default.enumerator(atPath: SharedData.packagePath(folder))
    return found?.compactMap { $0 as? String } ?? []
  }

  /// All files under `folder` whose name ends in `suffix`; none when there is no such folder.
  static func files(under folder: String, suffix: String) throws -> [SourceFile] {
    let root = SharedData.packagePath(folder)
    guard let found = FileManager.default.enumerator(atPath: root) else { return [] }
    return try found.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted().map {
      SourceFile("\(folder)/\($0)", try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8))
    }
  }

  /// Every Swift file.
  static func swift() throws -> [SourceFile] {
    try ["Sources", "Tests", "Experiments"].flatMap { try files(under: $0, suffix: ".swift") }
  }

  /// The text of a file, and none when it does not exist.
  static func text(_ path: String) -> String? {
    try? String(contentsOfFile: SharedData.packagePath(path), encoding: .utf8)
  }
}
