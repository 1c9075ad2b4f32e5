/// What must be documented.
enum DocumentationRules {
  private static let modifiers: Set = [
    "public", "open", "static", "final", "mutating", "nonmutating", "override", "convenience",
    "required", "lazy", "weak", "nonisolated", "indirect", "borrowing", "consuming", "class",
    "prefix", "postfix", "infix", "dynamic", "unowned",
  ]
  private static let keywords: Set = [
    "func", "var", "let", "struct", "class", "enum", "protocol", "actor", "init", "subscript",
    "typealias", "associatedtype", "macro", "operator",
  ]
  /// Requirements of the standard library's protocols, whose documentation stands there.
  private static let witnesses = [
    "static func == (", "static func < (", "func hash(into ", "func encode(to ",
    "init(from decoder:", "var description:", "var debugDescription:", "var errorDescription:",
    "func next()", "func callAsFunction(", "func makeIterator()", "static let configuration",
    "mutating func run()", "func run()",
  ]

  /// The names of the methods that the protocols of these files require.
  static func requirements(_ files: [SourceFile]) -> Set<String> {
    var names: Set<String> = []
    for file in files {
      var isProtocol = false
      for (_, line) in file.codeLines {
        if line.contains("protocol ") && line.hasSuffix("{") { isProtocol = true }
        if line.hasPrefix("}") { isProtocol = false }
        if isProtocol, let name = methodName(line) { names.insert(name) }
      }
    }
    return names
  }

  private static func methodName(_ line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let keyword = words.firstIndex(of: "func"), keyword + 1 < words.count else { return nil }
    return String(words[keyword + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
  }

  /// Public declarations without `///` above them; attributes may stand in between.
  ///
  /// A method that a protocol of the house requires (one of `requirements`) is documented there.
  static func undocumented(_ file: SourceFile, requirements: Set<String> = []) -> [Breach] {
    var breaches: [Breach] = []
    var isDocumented = false
    for (number, line) in file.codeLines {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") {
        isDocumented = true
      } else if text.hasPrefix("@") && !text.contains(" public ") && !text.contains(" open ") {
        continue  // an attribute on a line of its own
      } else {
        let isRequired = methodName(text).map(requirements.contains) ?? false
        if !isDocumented, !isRequired, isPublicDeclaration(text) {
          breaches.append("\(file.path):\(number): no `///` above: \(text)")
        }
        isDocumented = false
      }
    }
    return breaches
  }

  static func isPublicDeclaration(_ text: Substring) -> Bool {
    var isPublic = false
    for word in text.split(separator: " ") {
      let name = String(word.prefix { $0.isLetter || $0 == "_" })
      if word.hasPrefix("@") || word.hasSuffix("(set)") { continue }
      if word == "public" || word == "open" { isPublic = true }
      // `class` is a keyword of its own, and a modifier before `func` and `var`.
      if keywords.contains(name) {
        return isPublic && !witnesses.contains { text.contains($0) }
      }
      guard modifiers.contains(name) else { return false }
    }
    return false
  }

  /// Folders of Swift sources whose README.md is missing or says no more than its heading.
  ///
  /// `readme` gives the text of a folder's README.md, if there is one.
  static func silentFolders(_ files: [SourceFile], readme: (String) -> String?) -> [Breach] {
    Set(files.filter(\.isSource).map(\.module)).sorted().compactMap { module in
      let path = "Sources/\(module)/README.md"
      guard let text = readme(path) else { return "\(path): missing" }
      let isSilent = SourceFile(path, text).lines.allSatisfy { line in
        line.hasPrefix("#") || line.allSatisfy(\.isWhitespace)
      }
      return isSilent ? "\(path): says no more than its heading" : nil
    }
  }

  /// Operations that the case table does not name.
  static func untested(operations: [SourceFile], table: String) -> [Breach] {
    operations.compactMap { file in
      let name = file.path.split(separator: "/").last!.dropLast(".swift".count)
      return table.lowercased().contains(name.lowercased())
        ? nil : "\(file.path): no case in the table of operations names \(name)"
    }
  }
}
