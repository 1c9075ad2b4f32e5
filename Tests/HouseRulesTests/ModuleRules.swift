import Foundation

/// The table of modules in ARCHITECTURE.md is that of the manifest.
enum ModuleRules {
  /// The lines of a page such as `Layers → Randomness, Tensors`.
  static func table(_ page: String) -> [String: Set<String>] {
    modules(
      page.matches(of: /(?m)^([\w-]+) +→ *([^\n]*)$/).map { match in
        (String(match.1), match.2.split(separator: /[, ]+/).map(String.init))
      })
  }

  /// The Swift targets of a manifest that are no tests, and what they need of the house.
  static func targets(_ manifest: String) -> [String: Set<String>] {
    let list = manifest.components(separatedBy: "  targets: [").last!
    let start = /(?m)^    (?=\.\w+\(|room\(|tests\(|\/\/)/
    return modules(
      list.split(separator: start).compactMap { target in
        guard target.prefixMatch(of: /(?:room|\.executableTarget)\(/) != nil,
          let name = target.firstMatch(of: /"([\w-]+)"/)?.1
        else { return nil }
        let needs = target.firstMatch(of: /(?:needs|dependencies): \[([^\]]*)\]/)?.1 ?? ""
        return (String(name), needs.matches(of: /"(\w+)"/).map { String($0.1) })
      })
  }

  private static func modules(_ found: [(String, [String])]) -> [String: Set<String>] {
    Dictionary(found.map { ($0, Set($1)) }) { $0.union($1) }
  }

  /// Modules that only one of the two has, or that import other modules there.
  static func breaches(page: String, manifest: String) -> [Breach] {
    let (said, built) = (table(page), targets(manifest))
    return Set(said.keys).union(built.keys).sorted().compactMap { module in
      guard let said = said[module] else { return "ARCHITECTURE.md: has no line for \(module)" }
      guard let built = built[module] else { return "ARCHITECTURE.md: \(module) is no target" }
      let wrong = said.symmetricDifference(built).sorted().joined(separator: ", ")
      return wrong.isEmpty
        ? nil : "ARCHITECTURE.md: \(module): Package.swift says otherwise of \(wrong)"
    }
  }
}
