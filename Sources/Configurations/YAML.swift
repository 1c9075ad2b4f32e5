internal import Yams

extension Setting {
  /// The settings a YAML text holds; nil where it holds none. `place` gives the words for a line.
  static func parsing(
    _ yaml: String, place: (_ line: Int) -> String
  ) throws(ConfigurationError) -> Setting? {
    guard yaml.utf8.count <= 1 << 20 else {
      throw ConfigurationError(place: place(1), problem: "is over 1 MiB, too long for settings")
    }
    let root: Node?
    do { root = try Yams.compose(yaml: yaml) } catch {
      throw ConfigurationError(place: place(1), problem: "is not YAML: \(error)")
    }
    // Anchors could stand for billions of settings in a few lines.
    var budget = 100_000
    return try root.map { (root) throws(ConfigurationError) in
      try Setting(root, line: 1, budget: &budget, place: place)
    }
  }

  private init(
    _ node: Node, line: Int, budget: inout Int, place: (_ line: Int) -> String
  ) throws(ConfigurationError) {
    budget -= 1
    let line = node.mark?.line ?? line
    guard budget >= 0 else {
      throw ConfigurationError(place: place(line), problem: "holds too many settings")
    }
    self.place = place(line)
    switch node {
    case .scalar(let scalar):
      content = .scalar(scalar.string, quoted: scalar.style != .plain && scalar.style != .any)
    case .sequence(let items):
      var list: [Setting] = []
      for item in items {
        list.append(try Setting(item, line: line, budget: &budget, place: place))
      }
      content = .list(list)
    case .mapping(let members):
      var found: [Member] = []
      for (key, value) in members {
        guard case .scalar(let name) = key else {
          throw ConfigurationError(
            place: place(key.mark?.line ?? line), problem: "a setting's name must be plain text")
        }
        let keyLine = key.mark?.line ?? line
        var setting = try Setting(value, line: keyLine, budget: &budget, place: place)
        if case .scalar = value { setting.place = place(keyLine) }
        found.append(Member(key: name.string, value: setting))
      }
      content = .mapping(found, isChoice: false)
    case .alias:
      throw ConfigurationError(place: place(line), problem: "names an anchor that is not there")
    }
  }

  /// The settings as YAML, in order, two spaces deeper for each group.
  var yaml: String { lines(inList: false).joined(separator: "\n") + "\n" }

  /// The setting on one line; nil where it takes several.
  var line: String? { flow(inList: false) }

  private func lines(inList: Bool) -> [String] {
    if let text = flow(inList: inList) { return [text] }
    switch content {
    case .mapping(let members, _):
      return members.flatMap { member -> [String] in
        let key = Self.plainOrQuoted(member.key)
        if let text = member.value.flow(inList: inList) { return ["\(key): \(text)"] }
        return ["\(key):"] + member.value.lines(inList: inList).map { "  \($0)" }
      }
    case .list(let items):
      return items.flatMap { item in
        item.lines(inList: true).enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
      }
    case .scalar: return []
    }
  }

  /// The settings on one line, where that reads well: single values, lists of them, choices without
  /// values. In a list such a choice keeps its braces, for there no default says that it is one.
  private func flow(inList: Bool) -> String? {
    switch content {
    case .scalar(let text, let quoted): return quoted ? Self.plainOrQuoted(text) : text
    case .mapping(let members, _) where members.isEmpty: return "{}"
    case .mapping(let members, isChoice: true):
      guard members.count == 1, case .mapping(let values, _) = members[0].value.content,
        values.isEmpty
      else { return nil }
      let name = Self.plainOrQuoted(members[0].key)
      return inList ? "{\(name): {}}" : name
    case .mapping: return nil
    case .list(let items):
      var texts: [String] = []
      for item in items {
        guard case .scalar = item.content, let text = item.flow(inList: true) else { return nil }
        texts.append(text)
      }
      return "[\(texts.joined(separator: ", "))]"
    }
  }

  /// Text that no YAML reader takes for anything but text.
  private static func plainOrQuoted(_ text: String) -> String {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    let isPlain =
      !words.contains(text.lowercased())
      && text.utf8.first.map { (97...122).contains($0 | 0x20) || $0 == UInt8(ascii: "/") } == true
      && text.utf8.allSatisfy {
        (97...122).contains($0 | 0x20) || (45...57).contains($0) || $0 == UInt8(ascii: "_")
      }
    if isPlain { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\0"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
