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

  /// The methods and properties that the protocols of these files require, by protocol.
  static func requirements(_ files: [SourceFile]) -> [String: Set<String>] {
    var requirements: [String: Set<String>] = [:]
    for file in files {
      var current: String?
      for (_, line) in file.codeLines {
        if let name = name(after: ["protocol"], in: line) { current = name }
        if line.hasPrefix("}") { current = nil }
        if let current, let name = name(after: ["func", "var"], in: line) {
          requirements[current, default: []].insert(name)
        }
      }
    }
    return requirements
  }

  private static func name(after keywords: Set<Substring>, in line: Substring) -> String? {
    let words = line.drop { $0 == " " }.split(separator: " ")
    guard words.first?.hasPrefix("//") == false,
      let at = words.firstIndex(where: keywords.contains),
      at + 1 < words.count
    else { return nil }
    return String(words[at + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
  }

  /// The requirements of the protocols that a file extends or whose conformance it declares.
  private static func witnessed(
    in file: SourceFile, _ requirements: [String: Set<String>]
  ) -> Set<String> {
    requirements.reduce(into: []) { names, entry in
      let marks = [": \(entry.key)", ", \(entry.key)", "extension \(entry.key)"]
      if marks.contains(where: file.text.contains) { names.formUnion(entry.value) }
    }
  }

  /// Public declarations without `///` above them; attributes may stand in between.
  ///
  /// What a protocol of the house requires (one of `requirements`) is documented there.
  static func undocumented(
    _ file: SourceFile, requirements: [String: Set<String>] = [:]
  ) -> [Breach] {
    let witnessed = witnessed(in: file, requirements)
    var breaches: [Breach] = []
    var isDocumented = false
    for (number, line) in file.codeLines {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") {
        isDocumented = true
      } else if text.hasPrefix("@") && !text.contains(" public ") && !text.contains(" open ") {
        continue  // an attribute on a line of its own
      } else {
        let isRequired = name(after: ["func", "var"], in: text).map(witnessed.contains) ?? false
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
