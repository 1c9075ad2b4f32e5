internal import Files
internal import Foundation
internal import Networks
internal import Tensors

/// The finished parts of an extraction, in a folder `X.h5.pieces` beside its result.
struct ExtractionPieces {
  let folder: String
  /// The digest of what is extracted; pieces of another are not used.
  let identity: String
  /// Numbers per picture.
  let row: Int
  /// Pictures.
  let count: Int
  /// Pictures per piece: whole batches.
  let size: Int

  init(beside path: String, identity: String, row: Int, count: Int, batchSize: Int, bytes: Int) {
    folder = "\(path).pieces"
    self.identity = identity
    self.row = row
    self.count = count
    size = max(1, bytes / (4 * max(row, 1)) / batchSize) * batchSize
  }

  /// How many pieces there will be.
  var number: Int { (count + size - 1) / size }

  /// The pictures of a piece.
  func range(_ piece: Int) -> Range<Int> { piece * size..<min((piece + 1) * size, count) }

  /// Makes the folder, and removes what other extractions left in it.
  func prepare() throws {
    try POSIXFiles.posix.makeDirectory(folder)
    for name in try POSIXFiles.posix.list(folder) where !name.hasPrefix(identity) {
      try POSIXFiles.posix.remove("\(folder)/\(name)")
    }
  }

  /// Whether a piece is there, whole.
  func isPresent(_ piece: Int) -> Bool { (try? load(piece)) != nil }

  /// The features of a piece.
  func load(_ piece: Int) throws -> [Float] {
    let archive = try TensorArchive(reading: file(piece))
    let tensor = try archive.tensor("features", on: .cpu)
    guard archive.isSealed, tensor.shape == [range(piece).count, row] else {
      throw ArchiveError(file: file(piece), tensor: "features", problem: "has another shape")
    }
    return tensor.floats
  }

  /// Keeps the features of a piece.
  func save(_ values: [Float], _ piece: Int) throws {
    var archive = TensorArchive(source: file(piece))
    archive.add("features", Tensor(values, shape: [range(piece).count, row]))
    try archive.write(to: file(piece), seal: .sha256)
  }

  /// Removes the pieces and their folder.
  func remove() throws { try FileManager.default.removeItem(atPath: folder) }

  private func file(_ piece: Int) -> String { "\(folder)/\(identity)-\(piece).safetensors" }
}
