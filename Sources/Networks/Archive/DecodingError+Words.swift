extension DecodingError {
  /// Which member is wrong, and why, in a few words.
  package var words: String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "it" : "'\(path.map(\.stringValue).joined(separator: "."))'"
    }
    switch self {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case .typeMismatch(let type, let context):
      return "\(place(context.codingPath)) is no \(type)"
    case .valueNotFound(let type, let context):
      return "\(place(context.codingPath)) has no value; it is a \(type)"
    case .dataCorrupted(let context):
      return "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}
