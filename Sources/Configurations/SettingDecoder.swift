internal import Text

/// Makes a `Codable` value of a tree of settings, strictly: every setting must be asked for by the
/// value, and be of its type. Errors name the setting, its place and what was expected.
final class SettingDecoder: Decoder {
  let setting: Setting
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private var asked: [String] = []
  private var children: [SettingDecoder] = []
  /// All settings that have a default, to suggest the one that was meant.
  private let defaults: Setting?

  init(_ setting: Setting, path: [any CodingKey] = [], defaults: Setting? = nil) {
    self.setting = setting
    self.defaults = defaults
    codingPath = path
  }

  /// An error about this setting, or one of its members.
  func error(_ problem: String, key: (any CodingKey)? = nil, place: String? = nil)
    -> ConfigurationError
  {
    let path = (codingPath + (key.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
    return ConfigurationError(place: place ?? setting.place, setting: path, problem: problem)
  }

  /// The value, after which every setting has been asked for.
  func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value: Value
    do { value = try Value(from: self) } catch let problem as DecodingError {
      throw error(Self.explanation(problem, of: type, given: setting))
    }
    try refuseUnasked()
    return value
  }

  private func refuseUnasked() throws {
    if case .mapping(let members, _) = setting.content {
      for member in members where !asked.contains(member.key) {
        let near = Set(asked).sorted().sorted(byLikenessTo: member.key)
        let meant = suggestion(for: member.key)
        throw error(
          "no such setting"
            + (meant.map { "; did you mean \($0)? There" } ?? "; there")
            + (near.isEmpty ? " is none here" : " are \(near.joined(separator: ", "))"),
          key: Name(member.key), place: member.value.place)
      }
    }
    for child in children { try child.refuseUnasked() }
  }

  /// The setting that `key`, which is none here, stands for: one of that name in another group, or
  /// one anywhere that is written almost alike.
  private func suggestion(for key: String) -> String? {
    let here = codingPath.map(\.stringValue).joined(separator: ".")
    func distance(_ path: String) -> (Int, Int, String) {
      let name = path.split(separator: ".").last.map(String.init) ?? path
      return (
        name.lowercased().distance(to: key.lowercased()),
        path.distance(to: here.isEmpty ? key : "\(here).\(key)"), path
      )
    }
    let nearest = defaults?.paths.map(distance).min { $0 < $1 }
    guard let nearest, nearest.0 <= max(1, key.count / 4) else { return nil }
    return nearest.2
  }

  private static func explanation<Value>(
    _ problem: DecodingError, of type: Value.Type, given: Setting
  ) -> String {
    func names<Cases: CaseIterable>(_: Cases.Type) -> [String] {
      Cases.allCases.map { ($0 as? any RawRepresentable).map { "\($0.rawValue)" } ?? "\($0)" }
    }
    if let type = type as? any CaseIterable.Type {
      return "must be one of \(names(type).joined(separator: ", ")), not \(given.kind)"
    }
    if case .mapping(let members, isChoice: true) = given.content {
      let choices = members.map { "'\($0.key)'" }.joined(separator: ", ")
      return "there is no choice \(choices), or a value of it is missing"
    }
    switch problem {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      return context.debugDescription
    @unknown default: return "\(problem)"
    }
  }

  // MARK: Containers

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .mapping(let members, _) = setting.content else {
      throw error("must be a group of settings, not \(setting.kind)")
    }
    return KeyedDecodingContainer(Keyed<Key>(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let items) = setting.content else {
      throw error("must be a list, not \(setting.kind)")
    }
    return Unkeyed(decoder: self, items: items)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  fileprivate func child(_ setting: Setting, _ key: any CodingKey) -> SettingDecoder {
    let child = SettingDecoder(setting, path: codingPath + [key], defaults: defaults)
    children.append(child)
    return child
  }

  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: SettingDecoder
    let members: [Setting.Member]
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

    private func find(_ key: Key) -> Setting? {
      decoder.asked.append(key.stringValue)
      return members.first { $0.key == key.stringValue }?.value
    }
    private func child(_ key: Key) throws -> SettingDecoder {
      guard let setting = find(key) else { throw decoder.error("is missing", key: key) }
      return decoder.child(setting, key)
    }
    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try child(key).isNull }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      if type is any SharedSettings.Type { return try Value(from: decoder) }
      return try child(key).scalarOrValue(type)
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try child(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
  }

  private struct Unkeyed: UnkeyedDecodingContainer {
    let decoder: SettingDecoder
    let items: [Setting]
    var codingPath: [any CodingKey] { decoder.codingPath }
    private(set) var currentIndex = 0
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex == items.count }

    init(decoder: SettingDecoder, items: [Setting]) {
      self.decoder = decoder
      self.items = items
    }
    private mutating func next() throws -> SettingDecoder {
      guard !isAtEnd else { throw decoder.error("has only \(items.count) values") }
      defer { currentIndex += 1 }
      return decoder.child(items[currentIndex], Name("\(currentIndex)"))
    }
    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd, decoder.child(items[currentIndex], Name("\(currentIndex)")).isNull else {
        return false
      }
      currentIndex += 1
      return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try next().scalarOrValue(type)
    }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try next().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  private struct Single: SingleValueDecodingContainer {
    let decoder: SettingDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.isNull }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try decoder.scalarOrValue(type)
    }
  }
}
