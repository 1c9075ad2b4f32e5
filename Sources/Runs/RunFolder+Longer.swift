public import Configurations
internal import Files

extension RunFolder {
  /// Replaces the configuration of a run with one that its checkpoints go on with all the same, as
  /// they do where only the number of iterations is larger; the journal gets `note` for `step`. The
  /// digest of the old one stays in `earlier-configurations.json`, by which they are known.
  public static func replaceConfiguration<Settings: Configuration>(
    of path: String, _ old: Settings, by new: Settings, note: String, step: Int
  ) throws {
    let lock = try RunLock(folder: path)
    defer { withExtendedLifetime(lock) {} }
    let digests = try earlierConfigurations(of: path) + [old.digest]
    // First, for with it the old configuration is as good as before.
    try AtomicFile.write(json: digests, to: "\(path)/\(earlier)")
    try AtomicFile.write(try new.yaml, to: "\(path)/configuration.yaml")
    // Without a torn last line, which a killed process may have left.
    try Journal.truncate("\(path)/journal.jsonl", after: .max)
    let journal = try Journal("\(path)/journal.jsonl")
    try journal.append(.note(step: step, text: note))
  }

  private static var earlier: String { "earlier-configurations.json" }

  /// The digests of configurations that the run had before.
  static func earlierConfigurations(of path: String) throws -> [String] {
    let file = "\(path)/\(earlier)"
    guard try POSIXFiles.posix.exists(file) else { return [] }
    do { return try JSON.value(from: POSIXFiles.posix.read(file)) } catch {
      throw RunError(
        path: file, problem: "is no list of digests; restore it, or undo what changed it")
    }
  }
}
