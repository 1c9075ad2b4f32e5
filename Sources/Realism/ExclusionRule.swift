/// Which people and trials do not count: written down before anybody votes.
public struct ExclusionRule: Sendable, Codable, Equatable {
  /// The least share of vigilance trials that must be caught.
  public var minimumVigilance = 0.75
  /// The largest share of late trials among a person's test trials.
  public var maximumLate = 0.2
  /// Whether people who say that their color vision is not normal are left out.
  public var needsNormalVision = true
  /// The least number of color plates that must be read right.
  public var minimumPlates = 3
  /// Whether people who did not finish are left out.
  public var needsWholeSession = true
  /// Whether single late trials of people who count are left out.
  public var dropsLateTrials = true

  /// The usual rule.
  public init() {}

  /// The rule in words.
  public var description: String {
    var parts = ["catch fewer than \(percent(minimumVigilance)) of the vigilance trials"]
    parts.append("have more than \(percent(maximumLate)) late trials")
    if needsNormalVision { parts.append("say that their color vision is not normal") }
    if minimumPlates > 0 {
      parts.append("read fewer than \(minimumPlates) of \(RealismStudy.plateCount) color plates")
    }
    if needsWholeSession { parts.append("do not finish") }
    return "people are left out who " + parts.dropLast().joined(separator: ", ")
      + " or \(parts.last!)" + (dropsLateTrials ? "; single late trials do not count" : "")
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}

/// Why a person does not count.
public enum Exclusion: String, Sendable, Codable, CaseIterable {
  /// Too few vigilance trials were caught.
  case vigilance
  /// Too many trials were late.
  case late
  /// The color vision is not normal, by the person's own word.
  case vision
  /// Too few color plates were read right.
  case plates
  /// The session was not finished.
  case unfinished
}
