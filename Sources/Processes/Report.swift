/// Something that the program reports: words for people and, with `--json`, an object on one line
/// for programs.
///
///     Output.show(.init(.file, "\(path): 12 boxes", ["path": path, "boxes": 12]))
public struct Report: CustomStringConvertible {
  /// What is reported: the value of `kind` in the object.
  public enum Kind: String, Sendable, CaseIterable {
    /// Something to know.
    case note
    /// Something that may spoil a result.
    case warning
    /// Why the program ends without what was asked for.
    case error
    /// How far a loop is.
    case progress
    /// What held-out pictures say of a network that is being trained.
    case evaluation
    /// A run, and how it ended.
    case run
    /// A file or a folder that was written.
    case file
    /// Rows of numbers.
    case table
    /// What is known of something that is there: a file, a configuration, a machine.
    case description
  }

  /// What is reported.
  public let kind: Kind
  /// The words.
  public let description: String
  private let content: any Encodable

  /// A report; without facts for programs the object holds the words as `text`.
  public init(_ kind: Kind, _ words: String, _ facts: [String: any Encodable] = [:]) {
    self.init(
      kind, words, of: (facts.isEmpty ? ["text": words] : facts).mapValues(Wrapped.init))
  }

  /// A report whose object is that of a value, which must not encode as an array or a number.
  public init(_ kind: Kind, _ words: String, of value: any Encodable) {
    (self.kind, description, content) = (kind, words, value)
  }

  /// A file or a folder that was written.
  public static func file(
    _ path: String, _ words: String? = nil, _ facts: [String: any Encodable] = [:]
  ) -> Report {
    Report(.file, words ?? path, facts.merging(["path": path]) { $1 })
  }
}

extension Report: Encodable {
  private enum Key: CodingKey { case kind }

  /// The object: what it is about, and its kind.
  public func encode(to encoder: any Encoder) throws {
    try content.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind.rawValue, forKey: .kind)
  }
}

/// A value of a type that is not known here.
private struct Wrapped: Encodable {
  let value: any Encodable

  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
