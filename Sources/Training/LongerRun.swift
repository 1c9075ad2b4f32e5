internal import Configurations
internal import Runs

/// Makes a run longer than it was asked for.
public enum LongerRun {
  /// Gives the run in the folder at `path` more iterations, with which it can be resumed, and
  /// returns in what it will differ from one that was asked for so many from its beginning: nothing
  /// where learning rates do not depend on the number and evaluations fall on the same steps.
  public static func extend<Settings: RunConfiguration>(
    _ path: String, as type: Settings.Type, to iterations: Int
  ) throws -> [String] {
    let old = try Settings.load(RunFolder.configurationFile(of: path))
    let was = old.run.iterations
    if iterations == was { return [] }
    guard iterations > was else {
      throw RunError(
        path: path, problem: "has \(was) iterations already; --iterations takes a larger number")
    }
    var new = old
    new.run.iterations = iterations
    try new.run.check()
    var differences: [String] = []
    if old.run.schedule.dependsOnIterations {
      differences.append(
        "the rates of a \(old.run.schedule.decay.rawValue) schedule depend on the number of "
          + "iterations: the steps up to \(was) were taken at those of \(was)")
    }
    let interval = old.run.evaluationInterval
    if interval > 0 && was % interval != 0 {
      differences.append("step \(was) was evaluated as the last one, if it was reached")
    }
    let note = "the run is made longer, from \(was) iterations to \(iterations)"
    try RunFolder.replaceConfiguration(
      of: path, old, by: new, note: ([note] + differences).joined(separator: "; "), step: was)
    return differences
  }
}
