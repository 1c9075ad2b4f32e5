/// A tree of settings: what defaults, files and command lines are turned into before they are
/// merged.
struct Setting {
  struct Member {
    var key: String
    var value: Setting
    /// The type that declares the setting; nil where that is not known.
    var owner: Any.Type?
  }

  enum Content {
    /// Text as written; quoted text is never a number, a truth value or nothing.
    case scalar(String, quoted: Bool)
    case list([Setting])
    /// Members in order. A choice is an enum case with its values: another case replaces it whole.
    case mapping([Member], isChoice: Bool)
  }

  var content: Content
  /// Where it was said, for errors.
  var place: String
  /// The type of the value; nil where that is not known.
  var type: Any.Type?

  /// These settings with what `other` says laid over them. Keys that are new stay in, and are
  /// refused by the decoder, which knows what may be there.
  func overlaid(by other: Setting) -> Setting {
    switch (content, other.content) {
    case (.mapping(let mine, isChoice: true), .scalar(let text, _)):
      if mine.first?.key == text { return self }
      let empty = Setting(content: .mapping([], isChoice: false), place: other.place)
      return Setting(
        content: .mapping([Member(key: text, value: empty)], isChoice: true), place: other.place)
    case (.mapping(let mine, isChoice: true), .mapping(let theirs, _))
    where mine.map(\.key) != theirs.map(\.key):
      return Setting(content: .mapping(theirs, isChoice: true), place: other.place)
    case (.mapping(var mine, let isChoice), .mapping(let theirs, _)):
      for member in theirs {
        if let index = mine.firstIndex(where: { $0.key == member.key }) {
          mine[index].value = mine[index].value.overlaid(by: member.value)
        } else {
          mine.append(member)
        }
      }
      return Setting(content: .mapping(mine, isChoice: isChoice), place: other.place)
    default: return other
    }
  }

  /// These without the member at a path, where it is what `defaults` have there.
  func without(_ path: [Substring], where defaults: Setting) -> Setting {
    guard case .mapping(var members, let isChoice) = content,
      case .mapping(let usual, _) = defaults.content,
      let place = members.firstIndex(where: { $0.key == path[0] }),
      let other = usual.first(where: { $0.key == path[0] })?.value
    else { return self }
    if path.count > 1 {
      members[place].value = members[place].value.without(Array(path.dropFirst()), where: other)
    } else if members[place].value.yaml == other.yaml {
      members.remove(at: place)
    }
    return Setting(content: .mapping(members, isChoice: isChoice), place: self.place, type: type)
  }

  /// The members called `first` in that order, and then those others that differ from `defaults`.
  func ordered(_ first: [String], without defaults: Setting) -> Setting {
    guard case .mapping(let members, let isChoice) = content,
      case .mapping(let usual, _) = defaults.content
    else { return self }
    let named = first.map { name in
      guard let member = members.first(where: { $0.key == name }) else {
        preconditionFailure("Setting: '\(name)' of the first settings is none")
      }
      return member
    }
    func text(_ members: [Member]) -> String {
      Setting(content: .mapping(members, isChoice: false), place: "").yaml
    }
    let later = members.filter { member in
      !first.contains(member.key) && text([member]) != text(usual.filter { $0.key == member.key })
    }
    return Setting(content: .mapping(named + later, isChoice: isChoice), place: place)
  }

  /// What it is, for errors.
  var kind: String {
    switch content {
    case .scalar(let text, _): "'\(text)'"
    case .list: "a list"
    case .mapping: "a group of settings"
    }
  }
}
