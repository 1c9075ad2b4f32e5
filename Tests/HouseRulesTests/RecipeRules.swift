import Foundation

/// What CONTRIBUTING.md tells contributors to touch is there.
enum RecipeRules {
  /// The recipes that the page must have.
  static let recipes = [
    "a pretext task", "a trunk", "a transfer task", "a probe protocol", "an export format",
    "an operation", "a kernel",
  ]
  /// The folders of the checkout that pages name files in.
  static let roots: Set<Substring> = [
    "Sources", "Tests", "Examples", "Experiments", "configs", "results", "scripts",
  ]

  /// Paths in backticks that nothing in the checkout has; `<Name>` stands for any part of a name,
  /// so that a recipe for many has been followed by one at least.
  static func missing(_ page: SourceFile, paths: Set<String>) throws -> [Breach] {
    try files(in: page.text).filter { name in
      guard name.contains("<") else { return !paths.contains(name) }
      let form = try form(of: name)
      return !paths.contains { $0.wholeMatch(of: form) != nil }
    }.map { "\(page.path): there is no '\($0)'" }
  }

  /// Recipes that are not on the page, or name fewer than two paths.
  static func silent(_ page: SourceFile) -> [Breach] {
    let sections = page.text.components(separatedBy: "\n### Adding ")
    return recipes.compactMap { recipe in
      guard let text = sections.first(where: { $0.hasPrefix("\(recipe)\n") }) else {
        return "\(page.path): no recipe for \(recipe)"
      }
      return files(in: text).count > 1
        ? nil : "\(page.path): the recipe for \(recipe) names no files"
    }
  }

  /// Places of the recipe for pretext tasks that a rival among `paths` does not stand in.
  static func forgotten(paths: Set<String>, text: (String) -> String?) -> [Breach] {
    let rivals = paths.compactMap { $0.wholeMatch(of: /Sources\/Rivals\/(\w+)Task\.swift/)?.1 }
    let places = [
      "Sources/pigment/Tasks.swift", "Tests/RivalsTests/TinyRivals.swift",
      "Sources/Rivals/README.md",
    ]
    return rivals.flatMap { name -> [Breach] in
      // SplitBrain is split-brain; acronyms, as in SimCLR, are no words of their own.
      let words = name.replacing(/([a-z])([A-Z][a-z])/) { "\($0.1)-\($0.2)" }.lowercased()
      let file = "configs/rivals/\(words).yaml"
      return places.filter { text($0)?.contains("\(name)Task") != true }
        .map { "\($0): does not name \(name)Task" }
        + (paths.contains(file) ? [] : ["\(file): is missing"])
    }
  }

  /// Paths of the form of a name in which `<…>` stands for one letter or more.
  private static func form(of name: String) throws -> Regex<AnyRegexOutput> {
    let literal = name.replacing(/[.+]/) { "\\\($0.0)" }
    return try Regex(literal.replacing(/<\w+>/, with: "[^/]+"))
  }

  /// The paths between single backticks on one line.
  private static func files(in text: String) -> [String] {
    text.split(separator: "\n").flatMap { line in
      line.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        .filter { $0.contains("/") && roots.contains($0.prefix { $0 != "/" }) }
    }
  }
}
