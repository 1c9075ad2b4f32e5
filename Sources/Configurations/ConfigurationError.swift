/// A setting that is unknown, of the wrong type, or not written as it should be.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// Where it was said: file and line, or the command-line option.
  public let place: String
  /// The setting, such as `optimizer.rate`; empty where it is about the whole file.
  public let setting: String
  /// What is wrong and what would be right.
  public let problem: String

  /// An error about a setting.
  public init(place: String, setting: String = "", problem: String) {
    self.place = place
    self.setting = setting
    self.problem = problem
  }

  /// Throws at the first of these counts that is negative, under its setting's name.
  public static func requireCounts(
    _ counts: KeyValuePairs<String, Int>
  ) throws(ConfigurationError) {
    for (setting, value) in counts where value < 0 {
      throw ConfigurationError(place: setting, problem: "must not be negative, it is \(value)")
    }
  }

  /// Place, setting and problem.
  public var description: String {
    [place, setting, problem].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
