internal import Files
internal import Foundation
internal import Runs

/// What is left of a finished step where its run folder is not: enough for reports, for the choice
/// of rates, and to count as done elsewhere.
struct StudyRow: Codable, Equatable {
  /// The step.
  var step: String
  /// What it was made by.
  var recipe: Recipe
  /// The merged settings, with content hashes for data sets.
  var settings: String
  /// The seeds.
  var seed: UInt64
  var pretrainingSeed: UInt64?
  /// The digest of recipe and seeds.
  var identity: String
  /// The rate that trials chose; nil where it was set.
  var rate: Double?
  /// What it saw and computed.
  var effort: StudyWork
  /// The numbers of its last evaluation.
  var metrics: [String: Double]
  /// What a transfer came to.
  var result: StudyResult?
  /// The SHA-256 of the archive that an export left.
  var archive: String?
}

/// How long a step took, and where: what no comparison of bytes may look at.
struct StepTiming: Codable, Equatable {
  /// Seconds of all calls that worked at it and could say so.
  var seconds: Double
  /// Where it computed, and with how many threads.
  var device: String
  var threads: Int
  /// The program that ended it.
  var program: String
}

/// A folder of rows: what a repository can hold of a study, `STEP.json` for each step, with
/// `STEP.time.json` and, of trunks that are kept, `STEP.safetensors` beside it.
struct RowFolder {
  let path: String
  let files: any FileSystem

  func row(_ step: StudyStep) -> String { "\(path)/\(step.id).json" }
  func time(_ step: StudyStep) -> String { "\(path)/\(step.id).time.json" }
  func archive(_ step: StudyStep) -> String { "\(path)/\(step.id).safetensors" }

  /// The row of a step; nil where there is none, or one of another recipe.
  func found(_ step: StudyStep) throws -> StudyRow? {
    guard try files.exists(row(step)) else { return nil }
    do {
      let found = try JSON.value(StudyRow.self, from: files.read(row(step)), .relaxed)
      return found.identity == step.identity ? found : nil
    } catch let error as DecodingError {
      throw RunError(path: row(step), problem: "is not the row of a step: \(error)")
    }
  }

  /// Leaves the row of a step, and its archive where that is kept.
  func write(_ row: StudyRow, _ timing: StepTiming?, of step: StudyStep) throws {
    try files.makeDirectory(folder(of: self.row(step)))
    if step.isKept {
      try AtomicFile.write(try files.read(step.product), to: archive(step), on: files)
    }
    if let timing {
      try AtomicFile.write(json: timing, .page, .relaxed, to: time(step), on: files)
    }
    try AtomicFile.write(json: row, .page, .relaxed, to: self.row(step), on: files)
  }

  /// Puts the archive of a step where the study looks for it; false where none is kept. One that is
  /// not the row's is an error.
  func restore(_ step: StudyStep, as row: StudyRow) throws -> Bool {
    let kept = archive(step)
    guard try files.exists(kept) else { return false }
    let bytes = try files.read(kept)
    guard Digest.hexadecimal(bytes) == row.archive else {
      throw RunError(path: kept, problem: "is not the archive that its row names; remove both")
    }
    try files.makeDirectory(folder(of: step.product))
    try AtomicFile.write(bytes, to: step.product, on: files)
    return true
  }
}
