internal import Configurations
internal import Text

/// What `--dry-run` prints before its measurements.
enum Forecast {
  /// The settings that are not the defaults, a line each.
  static func settings<Settings: Configuration>(_ settings: Settings) throws -> String {
    let differences = try settings.differences(from: Settings())
    let lines = differences.map { "\($0.path): \($0.now ?? "nothing")" }
    return "settings " + (lines.isEmpty ? "the defaults" : lines.joined(separator: "\n         "))
  }
}
