internal import Configurations
internal import Processes
internal import Text
internal import Training
internal import VOCTransfer

/// What is foreseen of a run.
protocol Foreseeing: Encodable, CustomStringConvertible {
  /// Seconds of the whole.
  var seconds: Double { get }
}

extension RunForecast: Foreseeing {}
extension ProbingForecast: Foreseeing {}

/// What `--dry-run` prints before its measurements.
enum Forecast {
  /// The settings that are not the defaults, a line each.
  private static func settings<Settings: Configuration>(_ settings: Settings) throws -> String {
    let differences = try settings.differences(from: Settings())
    let lines = differences.map { "\($0.path): \($0.now ?? "nothing")" }
    return "settings " + (lines.isEmpty ? "the defaults" : lines.joined(separator: "\n         "))
  }

  /// Prints the settings, what is foreseen of a run with them, and the time of as many runs.
  static func show<Settings: Configuration>(
    _ settings: Settings, _ forecast: some Foreseeing, runs: Int = 1
  ) throws {
    Output.show(.init(.description, try self.settings(settings), try settings.facts))
    Output.show(
      .init(.description, "\(forecast)", ["seconds": forecast.seconds, "measured": forecast]))
    guard runs > 1 else { return }
    let all = Double(runs) * forecast.seconds
    Output.show(
      .init(
        .description, "all      \(runs) runs: about " + ProgressReporter.clock(all),
        ["runs": runs, "seconds": all]))
  }
}

extension Configuration {
  /// What programs want to know of settings.
  var facts: [String: any Encodable] {
    get throws { ["settings": try tree] }
  }
}
