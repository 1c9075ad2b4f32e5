/// Learning rates that are tried once, with seed 1; the one that does best on pictures that were
/// held out is taken for every seed.
public struct StudyRates: Codable, Hashable, Sendable {
  /// The rates (`schedule.rate`), the same for all that are compared.
  public var values: [Double]
  /// The number by which they are judged, as evaluations of the run name it, such as
  /// `validation/loss`.
  public var by: String
  /// Whether the lowest is the best.
  public var lowest: Bool
  /// The point at which a learner tries them; empty for its first.
  public var at: String
  /// Settings of the trials alone, such as those that hold pictures out.
  public var settings: [String]

  /// Reads the entry; values and `by` must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    values = try entry.value(.values)
    by = try entry.value(.by)
    lowest = try entry.value(.lowest, or: false)
    at = try entry.value(.at, or: "")
    settings = try entry.value(.settings, or: [])
  }

  /// What recipes hold of the choice.
  var words: String {
    "\(values) by \(lowest ? "lowest" : "highest") \(by), \(settings)"
  }
}

/// Which trial decides about a step's rate.
public struct RateChoice: Sendable, Hashable {
  /// The rates with the steps that tried them.
  public let trials: [Trial]
  /// The number by which they are judged.
  public let by: String
  /// Whether the lowest is the best.
  public let lowest: Bool

  /// A rate and the step that tried it.
  public struct Trial: Sendable, Hashable {
    /// The rate.
    public let rate: Double
    /// The step's name.
    public let step: String
  }

  /// The rate whose number is the best; `number` gives that of a trial, which may be no number.
  /// Nil where none is one. Of equal ones the first.
  func best(_ number: (Trial) throws -> Double) rethrows -> Double? {
    var found: (rate: Double, number: Double)?
    for trial in trials {
      let here = try number(trial)
      guard here.isFinite else { continue }
      if let best = found?.number, lowest ? here >= best : here <= best { continue }
      found = (trial.rate, here)
    }
    return found?.rate
  }
}
