internal import Configurations
public import Runs
public import Tensors

extension Pretraining {
  /// Goes on with the run in the folder at `path`, bit for bit as if it had never stopped;
  /// `warn` hears of damaged checkpoints that were passed over.
  public static func resume(
    _ path: String, on device: Device = .cpu, stop: PlannedStop? = nil,
    warn: (String) -> Void = { _ in }
  ) throws -> RunOutcome {
    let settings = try PretrainingConfiguration<Task>.load(RunFolder.configurationFile(of: path))
    let (folder, checkpoint, warnings) = try RunFolder.resume(
      path, keep: max(1, settings.keepCheckpoints))
    warnings.forEach(warn)
    let pretraining = try Pretraining(settings, on: device)
    if let checkpoint, checkpoint.progress.dataHash != pretraining.dataHash {
      throw RunError(
        path: settings.data.path,
        problem: """
          holds other content than the run began with (\(pretraining.dataHash.prefix(12)), not \
          \(checkpoint.progress.dataHash.prefix(12))); restore it, or start a new run
          """)
    }
    return try pretraining.run(in: folder, from: checkpoint, stop: stop)
  }
}
