internal import Files
internal import Foundation
internal import Networks
internal import Tensors

/// The finished parts of an extraction, in a folder `X.h5.pieces` beside its result.
///
/// A piece holds the pictures that its name says, from one number up to another, so that pieces of
/// any length fit together: a start with more memory, or one that was stopped within a piece, goes
/// on with what is there.
struct ExtractionPieces {
  let folder: String
  /// The digest of what is extracted; pieces of another are not used.
  let identity: String
  /// Numbers per picture.
  let row: Int
  /// Pictures.
  let count: Int
  /// Pictures per new piece: whole batches.
  let size: Int

  /// Pictures per piece at most: what a lost machine costs is a few seconds of work, however few
  /// numbers a picture has.
  static let largest = 512

  init(beside path: String, identity: String, row: Int, count: Int, batchSize: Int, bytes: Int) {
    folder = "\(path).pieces"
    self.identity = identity
    self.row = row
    self.count = count
    let pictures = min(bytes / (4 * max(row, 1)), Self.largest)
    size = max(1, pictures / batchSize) * batchSize
  }

  /// Makes the folder; that of another extraction, which was stopped, is an error.
  func prepare() throws {
    try POSIXFiles.posix.makeDirectory(folder)
    guard try POSIXFiles.posix.list(folder).allSatisfy({ $0.hasPrefix(identity) }) else {
      throw ArchiveError(
        file: folder,
        problem: """
          holds what another extraction to the same file did before it was stopped (another layer, \
          archive or dataset); finish that one, remove the folder, or give another --output
          """)
    }
  }

  /// The pictures of the pieces that are there, whole, in order and none of them twice.
  func kept() throws -> [Range<Int>] {
    let found = try POSIXFiles.posix.list(folder).compactMap(range).sorted {
      ($0.lowerBound, -$0.count) < ($1.lowerBound, -$1.count)
    }
    var kept: [Range<Int>] = []
    for range in found where range.lowerBound >= kept.last?.upperBound ?? 0 {
      if (try? load(range)) != nil { kept.append(range) }
    }
    return kept
  }

  /// The features of a piece.
  func load(_ range: Range<Int>) throws -> [Float] {
    let archive = try TensorArchive(reading: file(range))
    let tensor = try archive.tensor("features", on: .cpu)
    guard archive.isSealed, tensor.shape == [range.count, row] else {
      throw ArchiveError(file: file(range), tensor: "features", problem: "has another shape")
    }
    return tensor.floats
  }

  /// Keeps the features of these pictures.
  func save(_ values: [Float], _ range: Range<Int>) throws {
    var archive = TensorArchive(source: file(range))
    archive.add("features", Tensor(values, shape: [range.count, row]))
    try archive.write(to: file(range), seal: .sha256)
  }

  /// Removes the pieces and their folder.
  func remove() throws { try FileManager.default.removeItem(atPath: folder) }

  private func file(_ range: Range<Int>) -> String { "\(folder)/\(name(range))" }

  private func name(_ range: Range<Int>) -> String {
    "\(identity)-\(range.lowerBound)-\(range.upperBound).safetensors"
  }

  /// The pictures that a file's name says; nil for the names of other things.
  private func range(_ file: String) -> Range<Int>? {
    let numbers = file.dropFirst(identity.count + 1).dropLast(".safetensors".count)
      .split(separator: "-").compactMap { Int($0) }
    guard numbers.count == 2, numbers[0] < numbers[1], numbers[1] <= count,
      name(numbers[0]..<numbers[1]) == file
    else { return nil }
    return numbers[0]..<numbers[1]
  }
}
