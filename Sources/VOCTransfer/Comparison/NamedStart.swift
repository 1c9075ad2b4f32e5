internal import Configurations

/// A start and what tables and folders call it.
public struct NamedStart: Sendable, Hashable {
  /// The name.
  public let name: String
  /// The start.
  public let start: Start

  /// A start under a name.
  public init(_ name: String, _ start: Start) { (self.name, self.start) = (name, start) }

  /// What a command line says: `gaussian`, `features.safetensors`, or `name=` before either. The
  /// name `supervised` is for archives that were trained with labels.
  public init(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let found = Start(parts.last ?? "")
    if parts.count > 1, parts[0] == "supervised", case .archive(let path) = found {
      start = .supervised(path)
    } else {
      start = found
    }
    if parts.count > 1 {
      name = parts[0]
    } else if case .archive(let path) = start {
      let file = path.split(separator: "/").last.map(String.init) ?? path
      name = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    } else {
      name = start.description
    }
  }

  /// Throws unless the names can stand for folders and rows.
  public static func check(_ starts: [NamedStart]) throws {
    guard !starts.isEmpty else {
      throw ConfigurationError(place: "--init", problem: "there is no start; give at least one")
    }
    var seen: Set<String> = []
    for start in starts {
      guard !start.name.isEmpty, !start.name.contains("/"), !start.name.hasPrefix(".") else {
        throw ConfigurationError(
          place: "--init", problem: "'\(start.name)' cannot name a folder; write NAME=FILE")
      }
      guard seen.insert(start.name).inserted else {
        throw ConfigurationError(
          place: "--init",
          problem: "two starts are called '\(start.name)'; name them apart: NAME=FILE")
      }
    }
  }
}
