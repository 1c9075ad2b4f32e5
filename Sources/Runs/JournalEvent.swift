/// One line of a run's journal.
public enum JournalEvent: Sendable, Equatable {
  /// A training step that was taken.
  case step(StepRecord)
  /// Metrics measured after `step` steps, by name.
  case evaluation(step: Int, metrics: [String: Double])
  /// What is another than when the run began, where it went on after `step` steps.
  case environment(step: Int, differences: [EnvironmentDifference])
  /// Words about the run, such as a checkpoint that could not be saved.
  case note(step: Int, text: String)

  /// Steps taken when it happened.
  public var step: Int {
    switch self {
    case .step(let record): record.step
    case .evaluation(let step, _), .environment(let step, _), .note(let step, _): step
    }
  }
}

/// What one training step came to.
public struct StepRecord: Codable, Sendable, Equatable {
  /// Steps taken, this one included.
  public var step: Int
  /// The loss.
  public var loss: Double
  /// The learning rate.
  public var rate: Double
  /// Images trained on per second, since the record before.
  public var imagesPerSecond: Double
  /// The share of the time, 0 to 1, that was spent waiting for data.
  public var dataWait: Double
  /// Other numbers by name, such as `gradientNorm`.
  public var more: [String: Double]

  /// A record.
  public init(
    step: Int, loss: Double, rate: Double, imagesPerSecond: Double, dataWait: Double,
    more: [String: Double] = [:]
  ) {
    self.step = step
    self.loss = loss
    self.rate = rate
    self.imagesPerSecond = imagesPerSecond
    self.dataWait = dataWait
    self.more = more
  }
}

extension JournalEvent: Codable {
  private enum Key: String, CodingKey { case event, step, metrics, differences, text }
  private enum Kind: String, Codable { case step, evaluation, environment, note }

  /// Reads an event by the kind that its field `event` names.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    switch try values.decode(Kind.self, forKey: .event) {
    case .step: self = .step(try StepRecord(from: decoder))
    case .evaluation:
      self = .evaluation(
        step: try values.decode(Int.self, forKey: .step),
        metrics: try values.decode([String: Double].self, forKey: .metrics))
    case .environment:
      self = .environment(
        step: try values.decode(Int.self, forKey: .step),
        differences: try values.decode([EnvironmentDifference].self, forKey: .differences))
    case .note:
      self = .note(
        step: try values.decode(Int.self, forKey: .step),
        text: try values.decode(String.self, forKey: .text))
    }
  }

  /// Writes the fields flat, beside `event`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .step(let record):
      try values.encode(Kind.step, forKey: .event)
      try record.encode(to: encoder)
    case .evaluation(let step, let metrics):
      try values.encode(Kind.evaluation, forKey: .event)
      try values.encode(step, forKey: .step)
      try values.encode(metrics, forKey: .metrics)
    case .environment(let step, let differences):
      try values.encode(Kind.environment, forKey: .event)
      try values.encode(step, forKey: .step)
      try values.encode(differences, forKey: .differences)
    case .note(let step, let text):
      try values.encode(Kind.note, forKey: .event)
      try values.encode(step, forKey: .step)
      try values.encode(text, forKey: .text)
    }
  }
}
