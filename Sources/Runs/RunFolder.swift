public import Configurations
internal import Datasets
internal import Files
internal import Foundation
package import Images
internal import Networks

/// The folder of one run: everything that is needed to understand it, to go on with it, and to make
/// it again.
///
///     configuration.yaml   every setting, merged
///     environment.json     versions, machine, data, seed
///     journal.jsonl        what happened, one event a line
///     checkpoints/         step-N.ckpt, the newest
///     best/                step-N.ckpt, the best by a metric, where one is selected
///     pictures/            NAME-step-N.jpg, what evaluations showed
///     tensorboard/         event files, where they are wanted
///     evaluation.json      what came out
///     earlier-configurations.json  digests, where the run was made longer
///     damaged.json         records of the data that are left out, where some are damaged
///
/// Only one process at a time can have it open.
public final class RunFolder {
  /// The folder.
  public let path: String
  /// Its checkpoints.
  public let checkpoints: CheckpointFolder
  /// Its journal, open for appending.
  public private(set) var journal: Journal
  /// The digest of the configuration, as checkpoints store it.
  public let configurationHash: String
  private let lock: RunLock

  /// The folder of the pictures that evaluations showed.
  public static let pictures = "pictures"

  /// The step in the name of such a picture; nil where it is none.
  public static func step(ofPicture name: String) -> Int? {
    guard name.hasSuffix(".jpg"), let place = name.range(of: "-step-", options: .backwards) else {
      return nil
    }
    return Int(name[place.upperBound...].dropLast(".jpg".count))
  }

  /// Keeps a picture that the evaluation after `step` showed.
  package func write(_ picture: Picture, _ name: String, step: Int) throws {
    try POSIXFiles.posix.makeDirectory("\(path)/\(Self.pictures)")
    try AtomicFile.write(
      try picture.encodedJPEG(quality: 90, chroma: .full),
      to: "\(path)/\(Self.pictures)/\(name)-step-\(step).jpg")
  }

  private init(
    path: String, checkpoints: CheckpointFolder, configurationHash: String, lock: RunLock
  ) throws {
    self.path = path
    self.checkpoints = checkpoints
    self.configurationHash = configurationHash
    self.lock = lock
    journal = try Journal("\(path)/journal.jsonl")
  }

  /// Starts a run in a folder that is new, or where a start was cut short. A folder with a run in
  /// it, or with other things, is refused.
  public static func create(
    _ path: String, configuration: some Configuration, environment: EnvironmentRecord, keep: Int = 3
  ) throws -> RunFolder {
    try POSIXFiles.posix.makeDirectory(path)
    let lock = try RunLock(folder: path)
    let names = try POSIXFiles.posix.list(path)
    if names.contains("configuration.yaml") {
      throw RunError(
        path: path,
        problem: "holds a run already; 'pigment resume \(path)' goes on with it "
          + "(--iterations makes it longer); or choose another name")
    }
    let ours = [".lock", "environment.json", "journal.jsonl", "checkpoints", "damaged.json"]
    if let other = names.first(where: { !ours.contains($0) && !TemporaryFile.isOne($0) }) {
      throw RunError(
        path: path, problem: "holds other things, such as '\(other)'; choose a new name")
    }
    TemporaryFile.removeLeftovers(in: path, deeply: true)
    let yaml = try configuration.yaml
    try write(environment, to: "\(path)/environment.json")
    let checkpoints = try CheckpointFolder("\(path)/checkpoints", keep: keep)
    // Last, because it says that there is a run.
    try AtomicFile.write(yaml, to: "\(path)/configuration.yaml")
    return try RunFolder(
      path: path, checkpoints: checkpoints, configurationHash: try configuration.digest, lock: lock)
  }

  /// Opens a run to go on with it: removes unfinished files of dead processes, finds the newest
  /// whole checkpoint, and cuts the journal there. Without a checkpoint the run begins anew.
  ///
  /// `settings` are those of `configurationFile(of:)`, or the ones that it must have; a checkpoint
  /// of others is refused. `warnings` name damaged checkpoints and what was used instead.
  public static func resume(
    _ path: String, settings: some Configuration, keep: Int = 3
  ) throws -> (run: RunFolder, checkpoint: Checkpoint?, warnings: [String]) {
    let file = try configurationFile(of: path)
    let lock = try RunLock(folder: path)
    TemporaryFile.removeLeftovers(in: path, deeply: true)
    let hash = try settings.digest
    let checkpoints = try CheckpointFolder("\(path)/checkpoints", keep: keep)
    try checkpoints.removeLeftovers()
    let found = try checkpoints.latest()
    if let saved = found?.checkpoint, saved.progress.configurationHash != hash,
      try !earlierConfigurations(of: path).contains(saved.progress.configurationHash)
    {
      throw RunError(
        path: file,
        problem: "is not the configuration that \(saved.archive.source) was made with; "
          + "undo the change, or start a new run")
    }
    try Journal.truncate("\(path)/journal.jsonl", after: found?.checkpoint.progress.step ?? -1)
    let run = try RunFolder(
      path: path, checkpoints: checkpoints, configurationHash: hash, lock: lock)
    var warnings = found?.warnings ?? []
    if let step = found?.checkpoint.progress.step {
      warnings += checkpoints.removeSuperseded(upTo: step)
    }
    return (run, found?.checkpoint, warnings)
  }

  /// The run's configuration, read back strictly.
  public func configuration<Settings: Configuration>(
    as type: Settings.Type = Settings.self
  ) throws -> Settings {
    try Settings.load(try Self.configurationFile(of: path))
  }

  /// The file that holds the configuration of the run in a folder; an error where there is no run.
  public static func configurationFile(of path: String) throws -> String {
    let file = "\(path)/configuration.yaml"
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      throw RunError(path: path, problem: "is a file; name the folder of a run")
    }
    guard try POSIXFiles.posix.exists(file) else {
      throw RunError(path: path, problem: "holds no run: \(whyNot(path))")
    }
    return file
  }

  /// Why a folder is no run: what is missing, or that it is the folder of several runs.
  private static func whyNot(_ path: String) -> String {
    let runs = ((try? POSIXFiles.posix.list(path)) ?? []).sorted().filter {
      (try? POSIXFiles.posix.exists("\(path)/\($0)/configuration.yaml")) == true
    }
    guard let first = runs.first else { return "there is no configuration.yaml" }
    let shown = runs.prefix(5).joined(separator: ", ") + (runs.count > 5 ? ", …" : "")
    return runs.count == 1
      ? "the run is \(path)/\(first)"
      : "it holds \(runs.count) runs (\(shown)); name one, such as \(path)/\(first)"
  }

  /// The run's environment.
  public func environment() throws -> EnvironmentRecord { try Self.environment(of: path) }

  /// The environment of the run in a folder, which need not be opened for that.
  public static func environment(of path: String) throws -> EnvironmentRecord {
    let path = "\(path)/environment.json"
    do {
      return try JSON.value(from: POSIXFiles.posix.read(path))
    } catch let error as DecodingError {
      throw RunError(path: path, problem: "is not the record of an environment: \(error)")
    }
  }

  /// Does `body` with the names of layers that the run in a folder began with, and without the
  /// records that it leaves out; `warn` hears a line where names have another meaning today.
  public static func asItBegan<Result>(
    _ path: String, warn: (String) -> Void, _ body: () throws -> Result
  ) throws -> Result {
    let naming = try environment(of: path).naming
    if naming != .current { warn(namingNote(on: path)) }
    return try LayerNaming.$inForce.withValue(naming) {
      try DamagedRecords.leavingOut(reportedIn: damageReport(in: path), body)
    }
  }

  /// The file in a run's folder that names the records it leaves out.
  public static func damageReport(in path: String) -> String { "\(path)/damaged.json" }

  /// Goes back to the end of `step`, of which there is a checkpoint, or to the beginning: later
  /// checkpoints go, and the journal is cut.
  public func goBack(to step: Int?) throws {
    for later in try checkpoints.steps() where step.map({ later > $0 }) ?? true {
      try checkpoints.remove(later)
    }
    if step == nil { try BestCheckpoints.removeAll(in: "\(path)/best") }
    try Journal.truncate(journal.path, after: step ?? -1)
    journal = try Journal(journal.path)
  }

  /// A sentence on a folder with runs of the first naming.
  public static func namingNote(on path: String) -> String {
    """
    \(path) began with an earlier version: names of layers in its settings and results keep their \
    meaning of then, in which a layer's output is that of the rectifier fused into it
    """
  }

  /// Saves what came out as `evaluation.json`, atomically.
  public func writeEvaluation(_ evaluation: some Encodable) throws {
    try Self.write(evaluation, to: "\(path)/evaluation.json")
  }

  /// What came out, read back; nil where the run is not finished.
  public func evaluation<Evaluation: Decodable>(
    as type: Evaluation.Type = Evaluation.self
  ) throws -> Evaluation? {
    try Self.evaluation(of: path, as: type)
  }

  /// What the run in a folder came to, which need not be opened for that; nil where it is not
  /// finished.
  public static func evaluation<Evaluation: Decodable>(
    of path: String, as type: Evaluation.Type = Evaluation.self
  ) throws -> Evaluation? {
    let file = "\(path)/evaluation.json"
    guard try POSIXFiles.posix.exists(file) else { return nil }
    do {
      return try JSON.value(type, from: POSIXFiles.posix.read(file), .relaxed)
    } catch let error as DecodingError {
      throw RunError(path: file, problem: "is not the result of such a run: \(error)")
    }
  }

  private static func write(_ value: some Encodable, to path: String) throws {
    try AtomicFile.write(json: value, .page, .relaxed, to: path)
  }
}
