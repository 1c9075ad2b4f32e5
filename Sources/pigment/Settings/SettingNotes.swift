internal import Configurations
internal import Networks

/// What there is to say of a setting: the comments of the sources (`SettingTexts`).
enum SettingNotes {
  /// What the setting is; empty where the sources say nothing.
  static func text(of entry: SettingEntry) -> String { texts[entry.property] ?? "" }

  /// What the setting may be where that is one of a few words, and what is said of each.
  static func choices(of entry: SettingEntry) -> [(name: String, text: String)] {
    if entry.type == "TrunkConfiguration.Architecture" {
      return TrunkConfiguration.Architecture.allCases.map { ($0.rawValue, "") }
    }
    // Members of groups are settings of their own.
    guard entry.value != nil, entry.type.first?.isUppercase == true else { return [] }
    let prefix = "\(entry.type)."
    return SettingTexts.all.filter { $0.name.hasPrefix(prefix) }
      .map { (String($0.name.dropFirst(prefix.count)), $0.text) }
  }

  private static let texts = Dictionary(SettingTexts.all.map { ($0.name, $0.text) }) { $1 }
}
