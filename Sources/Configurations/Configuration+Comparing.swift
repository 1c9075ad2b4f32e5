/// A setting that two configurations have different values of.
public struct SettingDifference: Sendable, Equatable, CustomStringConvertible {
  /// The full name, such as `optimizer.rule`.
  public let path: String
  /// The values on one line, as YAML; nil where one has no such setting.
  public let was: String?, now: String?

  /// Such as `batchSize was 8, is 16`.
  public var description: String {
    "\(path) was \(was ?? "not stated"), is \(now ?? "not stated")"
  }

  /// In what two lists of settings differ, by name.
  public static func between(_ was: [SettingEntry], _ now: [SettingEntry]) -> [Self] {
    func values(_ entries: [SettingEntry]) -> [String: String] {
      Dictionary(entries.compactMap { entry in entry.value.map { (entry.path, $0) } }) { $1 }
    }
    let (one, other) = (values(was), values(now))
    return Set(one.keys).union(other.keys).sorted().filter { one[$0] != other[$0] }
      .map { Self(path: $0, was: one[$0], now: other[$0]) }
  }
}

extension Configuration {
  /// In what these settings differ from those that something was made with.
  public func differences(from was: Self) throws -> [SettingDifference] {
    SettingDifference.between(try was.entries, try entries)
  }
}

extension [SettingDifference] {
  /// The first few, in words; the others are counted.
  public var words: String {
    let more = count > 4 ? " and \(count - 4) more settings differ" : ""
    return prefix(4).map(\.description).joined(separator: ", ") + more
  }
}
