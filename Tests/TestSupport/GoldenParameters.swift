public import Tensors

/// What a golden case tells its operation, by name; asking for what is not there traps.
public struct GoldenParameters: Sendable {
  enum Value: Decodable {
    case flag(Bool)
    case number(Double)
    case numbers([Double])
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let numbers = try? container.decode([Double].self) {
        self = .numbers(numbers)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }
  let name: String
  let values: [String: Value]

  /// Whether a parameter is there.
  public func has(_ key: String) -> Bool { values[key] != nil }

  /// A flag.
  public func flag(_ key: String) -> Bool {
    guard case .flag(let flag)? = values[key] else { missing(key, "flag") }
    return flag
  }

  /// A number.
  public func number(_ key: String) -> Double {
    guard case .number(let number)? = values[key] else { missing(key, "number") }
    return number
  }

  /// A whole number.
  public func integer(_ key: String) -> Int { Int(number(key)) }

  /// A list of numbers.
  public func numbers(_ key: String) -> [Double] {
    guard case .numbers(let numbers)? = values[key] else { missing(key, "list of numbers") }
    return numbers
  }

  /// A word.
  public func text(_ key: String) -> String {
    guard case .text(let text)? = values[key] else { missing(key, "text") }
    return text
  }

  /// A pair, or the same number twice.
  public func pair(_ key: String) -> Pair {
    if case .number(let both)? = values[key] { return Pair(Int(both)) }
    let numbers = numbers(key)
    return Pair(Int(numbers[0]), Int(numbers[1]))
  }

  private func missing(_ key: String, _ kind: String) -> Never {
    fatalError("golden case \(name) has no \(kind) '\(key)', only \(values)")
  }
}
