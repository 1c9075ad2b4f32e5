/// A size that a study can be run at: fewer seeds, smaller networks, shorter runs.
public struct StudyScale: Codable, Hashable, Sendable {
  /// Seeds; 0 for those of the study.
  public var seeds: Int
  /// Settings of every configuration.
  public var everywhere: [String]
  /// Settings by the name of a pretext, a supervised trunk or a task; `pretexts` stands for all
  /// pretexts, `tasks` for all tasks.
  public var settings: [String: [String]]
  /// Only these starts; empty for all.
  public var starts: [String]
  /// Only these tasks; empty for all.
  public var tasks: [String]
  /// Only these regimes; empty for all.
  public var regimes: [String]
  /// Only these points, with what they stand for here; empty for all, as the study has them.
  public var points: [String: Int]

  /// Reads the entry; nothing must be there.
  public init(from decoder: any Decoder) throws {
    let entry = try Entry<CodingKeys>(decoder)
    seeds = try entry.value(.seeds, or: 0)
    everywhere = try entry.value(.everywhere, or: [])
    settings = try entry.value(.settings, or: [:])
    starts = try entry.value(.starts, or: [])
    tasks = try entry.value(.tasks, or: [])
    regimes = try entry.value(.regimes, or: [])
    points = try entry.value(.points, or: [:])
  }

  init() {
    (seeds, everywhere, settings, starts, tasks, regimes) = (0, [], [:], [], [], [])
    points = [:]
  }
}
