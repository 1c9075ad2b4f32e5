public import Configurations

/// A run that was opened to go on.
public struct Resumption<Settings: Configuration> {
  /// Its folder.
  public let run: RunFolder
  /// Its settings, as its folder has them.
  public let settings: Settings
  /// Its newest whole checkpoint; nil where it begins anew.
  public let checkpoint: Checkpoint?
}

extension RunFolder {
  /// Opens the run in the folder at `path`, whose settings are of this type, to go on with it: see
  /// `resume(_:settings:keep:)`.
  ///
  /// `warn` hears of damaged checkpoints that were passed over and, where `here` is given, of all
  /// that is another than when the run began, which the journal notes too.
  public static func resume<Settings: Configuration>(
    _ path: String, as type: Settings.Type, keep: (Settings) -> Int,
    here: EnvironmentRecord? = nil, warn: (String) -> Void
  ) throws -> Resumption<Settings> {
    let settings = try Settings.load(configurationFile(of: path))
    let (run, checkpoint, warnings) = try resume(path, settings: settings, keep: keep(settings))
    warnings.forEach(warn)
    if let here {
      try run.compare(with: here, after: checkpoint?.progress.step ?? 0, say: warn)
    }
    return Resumption(run: run, settings: settings, checkpoint: checkpoint)
  }
}
