/// What one run came to: everything a table needs, and what proves it.
public protocol TransferResult: Codable, Sendable {
  /// What it started from and what it saw.
  var run: RunRecord { get }
  /// The scores for a table; the first is the one in which starts are compared.
  var measures: [Measure] { get }
  /// The first measure class by class; empty where a task has none.
  var classMeasures: [ClassMeasure] { get }
  /// What the first measure rests on: how many classes the test shows, and those shown least. Nil
  /// where a task has no classes.
  var basis: String? { get }
  /// The rule of the measures where tools differ; nil where they do not.
  var rule: String? { get }
  /// What the counts of `classMeasures` count, such as `test pictures`.
  static var counted: String { get }
}

/// The rule for equal scores of results that name none: earlier versions made them.
let recordOrder = "equal scores in the order of the records (an earlier version)"

extension TransferResult {
  /// No measure needs one.
  public var rule: String? { nil }

  /// For measures that are means over classes.
  public var basis: String? {
    guard let rarest else { return nil }
    let count = classMeasures.count { $0.value != nil && $0.count > 0 }
    return "\(measures[0].name) is the mean over \(count) of \(classMeasures.count) classes; "
      + "fewest \(Self.counted): \(rarest)" + (rule.map { "; \($0)" } ?? "")
  }

  /// The three classes that the test shows least, with their counts; nil where it shows none.
  var rarest: String? {
    let shown = classMeasures.filter { $0.value != nil && $0.count > 0 }.sorted {
      ($0.count, $0.name) < ($1.count, $1.name)
    }
    guard !shown.isEmpty else { return nil }
    return shown.prefix(3).map { "\($0.name) \($0.count)" }.joined(separator: ", ")
  }
}

/// The score of one class.
public struct ClassMeasure: Sendable, Equatable {
  /// The class.
  public let name: String
  /// The score; nil where it is not defined.
  public let value: Double?
  /// Test pictures, objects or pixels of the class: how much the score rests on.
  public let count: Int

  /// The score of the class called `name`.
  public init(_ name: String, _ value: Double?, count: Int) {
    self.name = name
    self.value = value
    self.count = count
  }
}

/// A score between 0 and 1 under a name.
public struct Measure: Sendable, Equatable {
  /// The heading of its column, such as `mAP area`.
  public let name: String
  /// The score; not a number where it is not defined.
  public let value: Double
  /// What scores without knowledge come to, where that is known.
  public let chance: Double?
  /// What tables call it, where the name alone says too little.
  public let heading: String

  /// A score.
  public init(_ name: String, _ value: Double, chance: Double? = nil, heading: String? = nil) {
    self.heading = heading ?? name
    self.name = name
    self.value = value
    self.chance = chance
  }
}
