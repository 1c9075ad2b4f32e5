/// Turns a `Codable` value into a tree of settings. Unlike Foundation's encoders it keeps the order
/// of declaration and shows optionals that are nil, so that every setting can be seen and set.
final class SettingEncoder: Encoder {
  private enum Content {
    case empty
    case scalar(String, quoted: Bool)
    case list([SettingEncoder])
    case mapping([(key: String, owner: Any.Type?, value: SettingEncoder)])
  }

  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private var content = Content.empty
  private var isChoice = false
  private var type: Any.Type?
  /// The type whose members are being encoded.
  private var owner: Any.Type?

  private init(path: [any CodingKey]) { codingPath = path }

  /// The settings that `value` stands for.
  static func settings(of value: some Encodable, place: String) throws -> Setting {
    let encoder = SettingEncoder(path: [])
    try encoder.put(value)
    return encoder.setting(place)
  }

  private func setting(_ place: String) -> Setting {
    let content: Setting.Content =
      switch content {
      case .empty: .mapping([], isChoice: isChoice)
      case .scalar(let text, let quoted): .scalar(text, quoted: quoted)
      case .list(let items): .list(items.map { $0.setting(place) })
      case .mapping(let members):
        .mapping(
          members.map {
            .init(key: $0.key, value: $0.value.setting(place), owner: $0.owner)
          }, isChoice: isChoice)
      }
    return Setting(content: content, place: place, type: type)
  }

  private func put<Value: Encodable>(_ value: Value) throws {
    if type == nil { type = Value.self }
    switch value {
    case let value as Bool: content = .scalar("\(value)", quoted: false)
    case let value as String: content = .scalar(value, quoted: true)
    case let value as Double: content = .scalar(Self.text(value), quoted: false)
    case let value as Float: content = .scalar(Self.text(value), quoted: false)
    case let value as any BinaryInteger: content = .scalar("\(value)", quoted: false)
    default:
      try encode(value)
      let style = Mirror(reflecting: value).displayStyle
      isChoice = style == .enum
      // Dictionaries have another order in every process, and settings have a digest.
      if style == .dictionary, case .mapping(let members) = content {
        content = .mapping(members.sorted { $0.key < $1.key })
      }
    }
  }

  /// Encodes the members of `value` here.
  private func encode<Value: Encodable>(_ value: Value) throws {
    let outer = owner
    owner = Value.self
    defer { owner = outer }
    try value.encode(to: self)
  }

  /// The shortest text that reads back as the same number, with the point that YAML 1.1 asks for.
  private static func text<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: Number
  ) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = String(value)
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private func child(_ key: any CodingKey) -> SettingEncoder {
    let child = SettingEncoder(path: codingPath + [key])
    switch content {
    case .mapping(let members): content = .mapping(members + [(key.stringValue, owner, child)])
    case .list(let items): content = .list(items + [child])
    default: preconditionFailure("SettingEncoder: a value of a value")
    }
    return child
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .empty = content { content = .mapping([]) }
    return KeyedEncodingContainer(Keyed(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .empty = content { content = .list([]) }
    return Unkeyed(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: SettingEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) {
      encoder.child(key).content = .scalar("null", quoted: false)
    }
    func encode(_ value: some Encodable, forKey key: Key) throws {
      if let shared = value as? any SharedSettings { return try encoder.encode(shared) }
      try encoder.child(key).put(value)
    }
    private func present<Value: Encodable>(_ value: Value?, _ key: Key) throws {
      if let value { return try encode(value, forKey: key) }
      let child = encoder.child(key)
      (child.content, child.type) = (.scalar("null", quoted: false), Value.self)
    }
    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws {
      try present(value, key)
    }
    // The protocol has its own default, which leaves nil out, for each of these types.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try present(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try present(value, key) }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { encoder.child(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder.child(key).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { encoder.child(Name("super")) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.child(key) }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let encoder: SettingEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    private(set) var count = 0

    private mutating func next() -> SettingEncoder {
      count += 1
      return encoder.child(Name("\(count)"))
    }
    mutating func encodeNil() { next().content = .scalar("null", quoted: false) }
    mutating func encode(_ value: some Encodable) throws { try next().put(value) }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> { next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      next().unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { next() }
  }

  private struct Single: SingleValueEncodingContainer {
    let encoder: SettingEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.content = .scalar("null", quoted: false) }
    func encode(_ value: some Encodable) throws { try encoder.put(value) }
  }
}

/// A coding key that is just a name.
struct Name: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
