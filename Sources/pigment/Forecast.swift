internal import Configurations
internal import Processes
internal import Training

/// What `--dry-run` prints before its measurements.
enum Forecast {
  /// The settings that are not the defaults, a line each.
  private static func settings<Settings: Configuration>(_ settings: Settings) throws -> String {
    let differences = try settings.differences(from: Settings())
    let lines = differences.map { "\($0.path): \($0.now ?? "nothing")" }
    return "settings " + (lines.isEmpty ? "the defaults" : lines.joined(separator: "\n         "))
  }

  /// Prints the settings and what is foreseen of a run with them.
  static func show<Settings: Configuration>(
    _ settings: Settings, _ forecast: RunForecast
  ) throws {
    Output.show(.init(.description, try self.settings(settings), of: settings))
    Output.show(
      .init(.description, "\(forecast)", ["seconds": forecast.seconds, "measured": forecast]))
  }
}
