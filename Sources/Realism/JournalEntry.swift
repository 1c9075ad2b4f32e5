/// A line of the journal.
public enum JournalEntry: Sendable, Equatable {
  /// The first line: the hash of the study that it is of.
  case study(hash: String)
  /// Somebody joined.
  case joined(Participant)
  /// Somebody voted.
  case vote(Vote)
  /// All lines of this person were removed, as asked for.
  case forgotten(person: Int)

  /// Whom it is about; nil for the study.
  var person: Int? {
    switch self {
    case .study: nil
    case .joined(let participant): participant.number
    case .vote(let vote): vote.person
    case .forgotten(let person): person
    }
  }
}

extension JournalEntry: Codable {
  private enum Key: String, CodingKey { case study, joined, vote, forgotten }

  /// Reads a line: an object with one of the four keys.
  public init(from decoder: any Decoder) throws {
    let line = try decoder.container(keyedBy: Key.self)
    if let hash = try line.decodeIfPresent(String.self, forKey: .study) {
      self = .study(hash: hash)
    } else if let person = try line.decodeIfPresent(Participant.self, forKey: .joined) {
      self = .joined(person)
    } else if let vote = try line.decodeIfPresent(Vote.self, forKey: .vote) {
      self = .vote(vote)
    } else {
      self = .forgotten(person: try line.decode(Int.self, forKey: .forgotten))
    }
  }

  /// Writes a line.
  public func encode(to encoder: any Encoder) throws {
    var line = encoder.container(keyedBy: Key.self)
    switch self {
    case .study(let hash): try line.encode(hash, forKey: .study)
    case .joined(let person): try line.encode(person, forKey: .joined)
    case .vote(let vote): try line.encode(vote, forKey: .vote)
    case .forgotten(let person): try line.encode(person, forKey: .forgotten)
    }
  }
}
