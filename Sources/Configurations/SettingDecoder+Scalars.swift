extension SettingDecoder {
  /// Whether nothing was said: `null`, `~` or no text at all, without quotes (YAML 1.2 core
  /// schema).
  var isNull: Bool {
    if case .scalar(let text, quoted: false) = setting.content {
      return ["", "~", "null", "Null", "NULL"].contains(text)
    }
    return false
  }

  /// A number, a truth value or text, or else what `type` makes of the settings below.
  func scalarOrValue<Value: Decodable>(_ type: Value.Type) throws -> Value {
    switch type {
    case is Bool.Type: return try truth() as! Value
    case is String.Type: return try text() as! Value
    case is Double.Type: return try number() as! Value
    case is Float.Type: return Float(try number()) as! Value
    default:
      if let integer = type as? any FixedWidthInteger.Type {
        return try wholeNumber(integer) as! Value
      }
      return try value(type)
    }
  }

  private func truth() throws -> Bool {
    if case .scalar(let text, quoted: false) = setting.content {
      if ["true", "True", "TRUE"].contains(text) { return true }
      if ["false", "False", "FALSE"].contains(text) { return false }
    }
    throw error("must be true or false, not \(setting.kind)")
  }

  /// Text as it is written: `007` and `no` need no quotes where text is asked for.
  private func text() throws -> String {
    guard case .scalar(let text, _) = setting.content, !isNull else {
      throw error("must be text, not \(setting.kind)")
    }
    return text
  }

  private func number() throws -> Double {
    if case .scalar(let text, quoted: false) = setting.content {
      switch text.lowercased() {
      case ".inf", "+.inf": return .infinity
      case "-.inf": return -.infinity
      case ".nan": return .nan
      // Swift would also read hexadecimal and "nan", which YAML takes for text.
      default:
        let isDecimal = text.utf8.allSatisfy {
          (48...57).contains($0) || "+-.eE".utf8.contains($0)
        }
        if isDecimal, let number = Double(text), number.isFinite { return number }
      }
    }
    throw error("must be a number, not \(setting.kind)")
  }

  private func wholeNumber<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    guard case .scalar(let text, quoted: false) = setting.content, let number = Integer(text) else {
      let range = Integer.isSigned ? "a whole number" : "a whole number that is not negative"
      throw error("must be \(range), not \(setting.kind)")
    }
    return number
  }
}
