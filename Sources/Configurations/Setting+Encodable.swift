extension Configuration {
  /// All settings as a tree of the very keys and values that YAML has.
  public var tree: any Encodable {
    get throws { try SettingEncoder.settings(of: self, place: "") }
  }
}

extension Setting: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Numbers that JSON has are numbers, others (`.nan`, `.inf`) the words of YAML.
  func encode(to encoder: any Encoder) throws {
    switch content {
    case .mapping(let members, _):
      var container = encoder.container(keyedBy: Key.self)
      for member in members {
        try container.encode(member.value, forKey: Key(stringValue: member.key))
      }
    case .list(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    case .scalar(let text, quoted: true):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .scalar(let text, quoted: false):
      var container = encoder.singleValueContainer()
      if text == "null" {
        try container.encodeNil()
      } else if let truth = Bool(text) {
        try container.encode(truth)
      } else if let number = Int(text) {
        try container.encode(number)
      } else if let number = UInt64(text) {
        // Seeds have all of 64 bits.
        try container.encode(number)
      } else if let number = Double(text), number.isFinite {
        try container.encode(number)
      } else {
        try container.encode(text)
      }
    }
  }
}
