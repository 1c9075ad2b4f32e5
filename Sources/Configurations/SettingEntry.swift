internal import Files

/// One setting as a page shows it: its full name, its value, and where it is declared.
public struct SettingEntry: Sendable, Equatable {
  /// The full name, such as `optimizer.rule`.
  public let path: String
  /// The value on one line, as YAML; nil for a group of settings, and for what takes several lines.
  public let value: String?
  /// The property that declares it, such as `OptimizerConfiguration.rule`.
  public let property: String
  /// The type of its value, such as `OptimizerConfiguration.Rule`.
  public let type: String
}

extension Configuration {
  /// All settings in order, groups before their members.
  public var entries: [SettingEntry] {
    get throws { try SettingEncoder.settings(of: self, place: "").entries("") }
  }

  /// All settings as YAML, each below lines of comment that `comments` makes for it.
  public func yaml(commentedBy comments: (SettingEntry) -> [String]) throws -> String {
    try SettingEncoder.settings(of: self, place: "").lines("", commentedBy: comments)
      .joined(separator: "\n") + "\n"
  }
}

extension SettingEntry {
  /// What a YAML file says, setting by setting; errors name the file.
  public static func entries(of file: String) throws -> [SettingEntry] {
    try Setting.parsing(Setting.text(of: file, on: .posix), place: { "\(file):\($0)" })?
      .entries("") ?? []
  }
}

extension Setting {
  /// The full names of all settings here.
  var paths: [String] { paths("") }

  private func paths(_ prefix: String) -> [String] {
    members.flatMap { [prefix + $0.key] + $0.value.paths("\(prefix)\($0.key).") }
  }

  fileprivate func entries(_ prefix: String) -> [SettingEntry] {
    members.flatMap { member -> [SettingEntry] in
      [member.entry(prefix)] + member.value.entries("\(prefix)\(member.key).")
    }
  }

  /// The settings of this group; none where it is no group.
  private var members: [Member] {
    guard case .mapping(let members, isChoice: false) = content else { return [] }
    return members
  }

  fileprivate func lines(
    _ prefix: String, commentedBy comments: (SettingEntry) -> [String]
  ) -> [String] {
    let indent = String(repeating: "  ", count: prefix.count { $0 == "." })
    return members.flatMap { member -> [String] in
      let entry = member.entry(prefix)
      let above = comments(entry).map { "\(indent)# \($0)" }
      if !member.value.members.isEmpty {
        return above + ["\(indent)\(member.key):"]
          + member.value.lines("\(prefix)\(member.key).", commentedBy: comments)
      }
      let one = Setting(content: .mapping([member], isChoice: false), place: "")
      return above + one.yaml.split(separator: "\n").map { indent + $0 }
    }
  }
}

extension Setting.Member {
  fileprivate func entry(_ prefix: String) -> SettingEntry {
    SettingEntry(
      path: prefix + key, value: value.line,
      property: owner.map { "\(Self.name(of: $0)).\(key)" } ?? "",
      type: value.type.map(Self.name) ?? "")
  }

  /// The name of a type as it is declared, without its module and what it is generic over.
  private static func name(of type: Any.Type) -> String {
    var name = String(reflecting: type)
    while let inner = name.firstMatch(of: /<[^<>]*>/) { name.removeSubrange(inner.range) }
    return name.split(separator: ".").dropFirst().joined(separator: ".")
  }
}
