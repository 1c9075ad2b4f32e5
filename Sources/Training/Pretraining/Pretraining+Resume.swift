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
  /// of damaged checkpoints that were passed over, of what differs `here` from where it began, and
  /// of names with a meaning of their own.
  public static func resume(
    _ path: String, on device: Device = .cpu, stop: PlannedStop? = nil,
    moved: MovedFiles = .none, here: EnvironmentRecord? = nil,
    warn: (String) -> Void = { _ in }
  ) throws -> RunOutcome {
    try RunFolder.asItBegan(path, warn: warn) {
      let found = try RunFolder.resume(
        path, as: PretrainingConfiguration<Task>.self, keep: \.keepCheckpoints,
        moved: moved, here: here, warn: warn)
      return try Pretraining(found.settings, on: device).run(
        in: found.run, from: found.checkpoint, stop: stop)
    }
  }
}
