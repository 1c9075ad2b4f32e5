internal import Foundation
public import Networks

/// What a checkpoint's notes say about the network in it.
public struct CheckpointOrigin: Sendable {
  /// The trunk.
  public let trunk: TrunkConfiguration
  /// The side of the crops it was trained on, in pixels.
  public let size: Int
  /// What it learned, such as `colorization-classification`.
  public let task: String
  /// The root seed.
  public let seed: UInt64

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
    do {
      trunk = try JSONDecoder().decode(TrunkConfiguration.self, from: Data(try note("trunk").utf8))
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw ArchiveError(file: file, problem: "describes a trunk that cannot be read: \(error)")
    }
    guard let size = Int(try note("size")), let seed = UInt64(try note("seed")) else {
      throw ArchiveError(file: file, problem: "has a size or seed that is not a number")
    }
    self.size = size
    self.seed = seed
    task = try note("task")
  }

  /// The checkpoint at `path`: a file, or a run folder's newest.
  public static func checkpoint(at path: String) throws -> Checkpoint {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ArchiveError(file: path, problem: "does not exist; give a checkpoint or a run folder")
    }
    guard isFolder.boolValue else { return try Checkpoint(reading: path) }
    guard let found = try CheckpointFolder("\(path)/checkpoints").latest() else {
      throw ArchiveError(file: path, problem: "holds no checkpoint yet")
    }
    return found.checkpoint
  }
}
