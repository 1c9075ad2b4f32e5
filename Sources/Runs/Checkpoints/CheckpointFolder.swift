public import Files
public import Layers
internal import Networks

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The checkpoints of a run: `step-N.ckpt`, each committed so that a crash at any moment leaves the
/// old ones or the new one as well, and never a mixture.
///
/// A save writes a `TemporaryFile` in the same folder, syncs it, reads it back and verifies its
/// digest, renames it, syncs the folder, and only then removes older ones. The latest is found by
/// looking, not by a pointer that could be wrong.
public struct CheckpointFolder: Sendable {
  /// The folder.
  public let path: String
  /// How many checkpoints stay.
  public let keep: Int
  private let files: any FileSystem

  /// A folder, made where it is missing. `keep` is at least 1.
  public init(
    _ path: String, keep: Int = 3, files: any FileSystem = .posix
  ) throws(FileError) {
    precondition(keep >= 1, "CheckpointFolder: \(keep) checkpoints cannot be kept")
    self.path = path
    self.keep = keep
    self.files = files
    try files.makeDirectory(path)
  }

  /// The checkpoint that was found, and what was wrong with newer ones.
  public struct Found: Sendable {
    /// The newest valid checkpoint.
    public let checkpoint: Checkpoint
    /// One line for each newer one that is damaged, naming it and the one used instead.
    public let warnings: [String]
  }

  /// Saves the state of a run; gives what went wrong after it was safe (an old one not removed).
  ///
  /// Throws a `NonFiniteState` or `FileError`, and then leaves the older checkpoints as they are.
  @discardableResult
  public func save(
    model: some Parameterized, optimizer: some Optimizer, progress: TrainingProgress
  ) throws -> [String] {
    try save(Checkpoint(model: model, optimizer: optimizer, progress: progress))
  }

  /// Saves a checkpoint; gives what went wrong after it was safe (an old one not removed).
  @discardableResult
  public func save(_ checkpoint: Checkpoint) throws -> [String] {
    let target = file(checkpoint.progress.step)
    if let tensor = checkpoint.nonFiniteTensor {
      throw NonFiniteState(path: target, tensor: tensor)
    }
    let archive = checkpoint.complete
    // Room for two, so that what else the machine writes meanwhile cannot fill the disk.
    if let free = files.freeBytes(path), free / 2 < archive.byteCount {
      throw FileError(
        call: "write", path: target, code: ENOSPC,
        remedy: "twice its \(archive.byteCount) bytes are asked for, \(free) are free in \(path)")
    }
    try AtomicFile.write(
      target, on: files, verify: { _ = try Checkpoint(reading: $0, on: files) }
    ) { append in
      try archive.chunks(seal: .sha256) { try append($0) }
    }
    return removeOlder(than: checkpoint.progress.step)
  }

  /// The newest checkpoint that is whole; nil where there is none. Throws a `RunError` where
  /// there are some and all are damaged.
  public func latest() throws -> Found? {
    var damaged: [(step: Int, error: ArchiveError)] = []
    for step in try steps().reversed() {
      let checkpoint: Checkpoint
      do throws(ArchiveError) { checkpoint = try Checkpoint(reading: file(step), on: files) } catch
      {
        damaged.append((step, error))
        continue
      }
      guard checkpoint.progress.step == step else {
        damaged.append(
          (
            step,
            ArchiveError(file: file(step), problem: "holds step \(checkpoint.progress.step)")
          ))
        continue
      }
      return Found(
        checkpoint: checkpoint,
        warnings: damaged.map { "\($0.error); using \(file(step)) instead" })
    }
    if damaged.isEmpty { return nil }
    throw RunError(
      path: path,
      problem: "no checkpoint is whole: " + damaged.map { "\($0.error)" }.joined(separator: "; "))
  }

  /// The newest whole checkpoint after whose step the last step was taken (`Checkpoint.faults`).
  package func latestGood() throws -> Checkpoint? {
    for step in try steps().reversed() {
      guard let found = try? Checkpoint(reading: file(step), on: files), found.faults == 0 else {
        continue
      }
      return found
    }
    return nil
  }

  /// The steps there are files for, in order.
  public func steps() throws(FileError) -> [Int] { try Self.steps(in: path, on: files) }

  /// The same of the checkpoints in a folder that is not opened for a run.
  static func steps(
    in path: String, on files: any FileSystem = .posix
  ) throws(FileError) -> [Int] {
    try files.list(path).compactMap(step).sorted()
  }

  /// The path of the checkpoint of a step, whether or not there is one.
  public func file(_ step: Int) -> String { "\(path)/step-\(step).ckpt" }

  /// Removes the checkpoint of a step.
  public func remove(_ step: Int) throws(FileError) { try files.remove(file(step)) }

  /// Removes the unfinished files of processes that are gone, and of this one: call it when a run
  /// is opened and before it saves. Gives the names.
  @discardableResult
  public func removeLeftovers(
    isRunning: (Int32) -> Bool = TemporaryFile.isRunning
  ) throws(FileError) -> [String] {
    var removed: [String] = []
    for name in try files.list(path) {
      guard let found = TemporaryFile(name: name), Self.step(found.target) != nil,
        found.isAbandoned(isRunning: { $0 != getpid() && isRunning($0) })
      else { continue }
      try files.remove("\(path)/\(name)")
      removed.append(name)
    }
    return removed
  }

  /// Removes what a save that was killed after its commit had not removed yet: all but the newest
  /// `keep` up to `step`, which must be whole. Gives what went wrong.
  func removeSuperseded(upTo step: Int) -> [String] { removeOlder(than: step) }

  /// Checkpoints of later steps stay: they may be damaged, and must not push out good ones.
  private func removeOlder(than step: Int) -> [String] {
    do throws(FileError) {
      var problems: [String] = []
      for old in try steps().filter({ $0 <= step }).dropLast(keep) {
        do throws(FileError) { try files.remove(file(old)) } catch { problems.append("\(error)") }
      }
      return problems
    } catch { return ["\(error)"] }
  }

  /// The step in the name of a checkpoint; nil where it is none.
  private static func step(_ name: some StringProtocol) -> Int? {
    guard name.hasPrefix("step-"), name.hasSuffix(".ckpt") else { return nil }
    let digits = name.dropFirst(5).dropLast(5)
    guard let step = Int(digits), step >= 0, String(step) == digits else { return nil }
    return step
  }
}
