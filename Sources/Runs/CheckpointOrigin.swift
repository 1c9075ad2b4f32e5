internal import Files
internal import Foundation
internal import Layers
public import Networks

/// What a checkpoint's notes say about the network in it.
public struct CheckpointOrigin: Sendable {
  /// The trunk.
  public let trunk: TrunkConfiguration
  /// The side of the crops it was trained on, in pixels.
  public let size: Int
  /// What it learned, such as `colorization-classification`.
  public let task: String
  /// The pretext task that it learned by, such as `colorization`; nil where labels taught it.
  public let pretext: String?
  /// The root seed.
  public let seed: UInt64
  /// How a picture becomes the trunk's input; nil where the checkpoint does not say so, as those
  /// of transfer runs of earlier versions.
  public let preprocessing: Preprocessing?
  /// How labels decide about the run's checkpoints; nil where they do not.
  public let selection: String?

  /// The note that says how labels decide about the run's checkpoints; there is none where they do
  /// not.
  package static let selectionNote = "selection"
  /// The note by which a run says which of its checkpoints its result is of; where there is none,
  /// it is the last.
  package static let testedNote = "tested"
  /// The value of that note for the best checkpoint.
  package static let best = "best"

  /// Reads the notes; an error names the checkpoint and the note that is missing.
  public init(_ checkpoint: Checkpoint) throws(ArchiveError) {
    let file = checkpoint.archive.source
    func note(_ name: String) throws(ArchiveError) -> String {
      guard let text = checkpoint.notes[name] else {
        throw ArchiveError(
          file: file, problem: "does not say its \(name); it is not a checkpoint of pretraining")
      }
      return text
    }
    let trunk: TrunkConfiguration = try checkpoint.note("trunk")
    guard let size = Int(try note("size")), let seed = UInt64(try note("seed")) else {
      throw ArchiveError(file: file, problem: "has a size or seed that is not a number")
    }
    self.size = size
    self.seed = seed
    selection = checkpoint.notes[Self.selectionNote]
    task = try note("task")
    // Checkpoints of version 0.1 named no pretext task; there was one.
    pretext =
      checkpoint.notes["pretext"] ?? (task.hasPrefix("colorization") ? "colorization" : nil)
    if checkpoint.notes["preprocessing"] != nil {
      preprocessing = try checkpoint.note("preprocessing")
    } else {
      // Those of pretext tasks in version 0.1 did not say; they were all made from lightness.
      preprocessing = pretext == nil ? nil : Preprocessing(.lightness, size: size)
    }
    if let problem = trunk.problem ?? preprocessing?.problem {
      throw ArchiveError(file: file, problem: "describes a network that \(problem)")
    }
    self.trunk = trunk
  }

  /// The checkpoint at `path`, as those who use its network want it: a file; of a run folder the
  /// one that its result is of, as a rule the newest; or the best in a run's folder `best`; and
  /// what was wrong with newer ones.
  ///
  /// Where the run kept an average of its weights, the average stands in their place.
  public static func found(at path: String) throws -> CheckpointFolder.Found {
    let found = try lastState(at: path)
    return .init(checkpoint: found.checkpoint.withAveragedWeights, warnings: found.warnings)
  }

  /// The same with the weights of the last step.
  static func lastState(at path: String) throws -> CheckpointFolder.Found {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ArchiveError(file: path, problem: "does not exist; give a checkpoint or a run folder")
    }
    guard isFolder.boolValue else {
      return .init(checkpoint: try Checkpoint(reading: path), warnings: [])
    }
    let isRun = FileManager.default.fileExists(atPath: "\(path)/checkpoints")
    let found =
      isRun
      ? try CheckpointFolder("\(path)/checkpoints").latest() : try BestCheckpoints.best(in: path)
    if isRun, let found, found.checkpoint.notes[testedNote] == best,
      let better = try BestCheckpoints.best(in: "\(path)/best")
    {
      return .init(checkpoint: better.checkpoint, warnings: found.warnings + better.warnings)
    }
    guard let found else {
      throw ArchiveError(
        file: path,
        problem: isRun
          ? "holds no checkpoint yet; pigment resume \(path) goes on with it"
          : "is no run folder, and holds no checkpoint; give a checkpoint or a run folder")
    }
    return found
  }
}

extension Checkpoint {
  /// The value that a note holds as JSON; an error names the checkpoint and the note.
  public func note<Value: Decodable>(
    _ name: String, as type: Value.Type = Value.self
  ) throws(ArchiveError) -> Value {
    guard let text = notes[name] else {
      throw ArchiveError(
        file: archive.source,
        problem: "does not say its \(name); it is not a checkpoint of pretraining")
    }
    do { return try JSON.value(type, from: text.utf8) } catch {
      throw ArchiveError(
        file: archive.source,
        problem: "says a \(name) that cannot be read: "
          + ((error as? DecodingError)?.words ?? "\(error)"))
    }
  }

  /// A note that holds a value as JSON, the same text for equal values.
  public static func note(_ value: some Encodable) throws -> String {
    try JSON.text(of: value)
  }

  /// The checkpoint with the averages that `WeightAveraging` kept in place of the weights.
  package var withAveragedWeights: Checkpoint {
    let prefix = "optimizer.\(WeightAveraging.slotName)."
    guard archive.names.contains(where: { $0.hasPrefix(prefix) }) else { return self }
    var averaged = TensorArchive(metadata: archive.metadata, source: archive.source)
    for entry in archive.entries where !entry.name.hasPrefix(prefix) {
      let parameter = entry.name.dropFirst("model.".count)
      let average = entry.name.hasPrefix("model.") ? archive[prefix + parameter] : nil
      averaged.add(
        .init(
          name: entry.name, type: entry.type, shape: entry.shape,
          bytes: average?.bytes ?? entry.bytes))
    }
    var copy = self
    copy.archive = averaged
    return copy
  }
}
