/// Starts steps and says which have ended: child processes, or what a test puts in their place.
public protocol StepLauncher: AnyObject {
  /// Whether cores and memory allow one more beside those that run.
  var hasRoom: Bool { get }
  /// Starts a step with these arguments; what it says is added to the file `log`. Gives false where
  /// a process that an earlier call left behind is still at the step, which `lock` shows.
  func launch(
    _ step: StudyStep, arguments: [String], log: String, lock: String
  ) throws -> Bool
  /// The steps that ended since this was last asked, with their exit status; waits a moment where
  /// there are none.
  func ended() throws -> [(id: String, status: Int32)]
  /// Asks all that run to save and end.
  func stop()
}
