public import Configurations
internal import Files

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
  /// `moved` says where its files lie now. `warn` hears of damaged checkpoints that were passed
  /// over and, where `here` is given, of all that is another than when the run began, which the
  /// journal notes too.
  public static func resume<Settings: Configuration>(
    _ path: String, as type: Settings.Type, keep: (Settings) -> Int, moved: MovedFiles = .none,
    here: EnvironmentRecord? = nil, warn: (String) -> Void
  ) throws -> Resumption<Settings> {
    var settings = try Settings.load(configurationFile(of: path))
    let (run, checkpoint, warnings) = try resume(path, settings: settings, keep: keep(settings))
    warnings.forEach(warn)
    try moved.apply(to: &settings, of: path)
    if let here {
      try run.compare(with: here, after: checkpoint?.progress.step ?? 0, warn: warn)
    }
    return Resumption(run: run, settings: settings, checkpoint: checkpoint)
  }
}

/// Where the files of a run lie now, if they were moved since it began: their content is compared
/// with what the run knows of it, their places may be any.
public struct MovedFiles: Sendable {
  /// The dataset; nil where it is where it was.
  public var data: String?
  /// The proposals.
  public var proposals: String?

  /// Nothing was moved.
  public static var none: MovedFiles { MovedFiles() }

  /// Files at new places.
  public init(data: String? = nil, proposals: String? = nil) {
    (self.data, self.proposals) = (data, proposals)
  }

  /// Those that settings name.
  public init<Settings: Configuration>(of settings: Settings) {
    let files = Settings.contentPaths.map { settings[keyPath: $0] }
    (data, proposals) = (files.first, files.dropFirst().first)
  }

  /// Lets the settings of the run at `path` name the files where they are; throws where a file of
  /// the run is not there, or it has no such file.
  public func apply<Settings: Configuration>(to settings: inout Settings, of path: String) throws {
    let names = Settings.contentPaths
    for (place, (file, option)) in [(data, "--data"), (proposals, "--proposals")].enumerated() {
      guard let file else {
        guard place < names.count else { continue }
        let was = settings[keyPath: names[place]]
        // Patterns and lists of files are the dataset's affair.
        guard !was.isEmpty, !was.contains(where: { "*?[,".contains($0) }),
          try !POSIXFiles.posix.exists(was)
        else { continue }
        throw RunError(
          path: path,
          problem: "learned from '\(was)', which is not there now; where it was moved, give "
            + "\(option) FILE")
      }
      guard place < names.count else {
        throw RunError(path: path, problem: "has no file that \(option) could name")
      }
      settings[keyPath: names[place]] = file
    }
  }
}
