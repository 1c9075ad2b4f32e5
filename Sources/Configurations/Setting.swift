/// A tree of settings: what defaults, files and command lines are turned into before they are
/// merged.
struct Setting {
  struct Member {
    var key: String
    var value: Setting
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

  /// What it is, for errors.
  var kind: String {
    switch content {
    case .scalar(let text, _): "'\(text)'"
    case .list: "a list"
    case .mapping: "a group of settings"
    }
  }
}
