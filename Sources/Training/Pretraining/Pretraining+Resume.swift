internal import Configurations
public import Runs
public import Tensors

extension Pretraining {
  /// Trains in `folder`, from `checkpoint` where there is one.
  @discardableResult
  public func run(
    in folder: RunFolder, from checkpoint: Checkpoint? = nil, stop: PlannedStop? = nil
  ) throws -> RunOutcome {
    try LearningRun(self).run(in: folder, from: checkpoint, stop: stop).outcome
  }

  /// Resumes the run in the folder at `path`, bit for bit as if it had never stopped; `warn` hears
  /// of damaged checkpoints that were passed over, and of names with a meaning of their own.
  public static func resume(
    _ path: String, on device: Device = .cpu, stop: PlannedStop? = nil,
    warn: (String) -> Void = { _ in }
  ) throws -> RunOutcome {
    let settings = try PretrainingConfiguration<Task>.load(RunFolder.configurationFile(of: path))
    return try RunFolder.keepingNames(of: path, say: warn) {
      let (folder, checkpoint, warnings) = try RunFolder.resume(
        path, settings: settings, keep: settings.keepCheckpoints)
      warnings.forEach(warn)
      return try Pretraining(settings, on: device).run(in: folder, from: checkpoint, stop: stop)
    }
  }
}
