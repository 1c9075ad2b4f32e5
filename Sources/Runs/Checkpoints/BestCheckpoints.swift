internal import Files
internal import Networks

/// The best checkpoints of a run by one metric, in a folder beside the newest ones.
///
/// Each file says the value it was kept for (note `score`). What stays depends on the values alone,
/// so a run that goes on from an earlier step and repeats some evaluations ends with the same
/// files.
package struct BestCheckpoints {
  private let folder: CheckpointFolder
  private let selection: CheckpointSelection
  private var scores: [Int: Double] = [:]

  /// The note that holds the value of the metric.
  static let note = "score"

  /// The best checkpoints in the folder at `path`, which is made where it is missing.
  package init(_ path: String, _ selection: CheckpointSelection) throws {
    folder = try CheckpointFolder(path, keep: .max)
    self.selection = selection
    try folder.removeLeftovers()
    scores = try Self.scores(in: folder)
  }

  /// Removes what a run left that lost all its other checkpoints, and so begins anew.
  package static func removeAll(in path: String) throws {
    guard try POSIXFiles.posix.exists(path) else { return }
    let folder = try CheckpointFolder(path, keep: .max)
    for step in try folder.steps() { try folder.remove(step) }
  }

  /// The value of each checkpoint that is whole.
  private static func scores(in folder: CheckpointFolder) throws -> [Int: Double] {
    var scores: [Int: Double] = [:]
    for step in try folder.steps() {
      guard let checkpoint = try? Checkpoint(reading: folder.file(step)) else { continue }
      scores[step] = checkpoint.notes[note].flatMap(Double.init)
    }
    return scores
  }

  /// Keeps the checkpoint that `make` gives if its value is among the best; gives warnings.
  ///
  /// Where two values are equal the earlier step is the better one.
  package mutating func offer(
    step: Int, value: Double, make: () throws -> Checkpoint
  ) throws -> [String] {
    guard value.isFinite else { return ["\(selection.metric) is \(value) at step \(step)"] }
    scores[step] = value
    let ranked = scores.sorted {
      $0.value == $1.value ? $0.key < $1.key : selection.prefers($0.value, to: $1.value)
    }.map(\.key)
    let (kept, dropped) = (ranked.prefix(selection.keep), ranked.dropFirst(selection.keep))
    var warnings: [String] = []
    if kept.contains(step) {
      var checkpoint = try make()
      checkpoint.notes[Self.note] = "\(value)"
      warnings += try folder.save(checkpoint)
    }
    let present = try folder.steps()
    for old in dropped {
      scores[old] = nil
      guard present.contains(old) else { continue }
      do throws(FileError) { try folder.remove(old) } catch { warnings.append("\(error)") }
    }
    return warnings
  }

  /// The best checkpoint in a folder of them: the one that the newest names as the best so far, and
  /// what was wrong with newer ones.
  package static func best(in path: String) throws -> CheckpointFolder.Found? {
    let folder = try CheckpointFolder(path, keep: .max)
    guard let found = try folder.latest() else { return nil }
    let newest = found.checkpoint.progress
    guard let best = newest.best, best.step != newest.step else { return found }
    do throws(ArchiveError) {
      return .init(
        checkpoint: try Checkpoint(reading: folder.file(best.step)), warnings: found.warnings)
    } catch {
      // It could not be saved, or was damaged since: the newest that is whole was better than all
      // that are left.
      return .init(
        checkpoint: found.checkpoint,
        warnings: found.warnings + ["\(error); using \(folder.file(newest.step)) instead"])
    }
  }
}
