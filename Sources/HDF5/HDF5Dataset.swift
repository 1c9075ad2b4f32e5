internal import Files

/// A dataset of a file that is read: an array of elements of one type.
public struct HDF5Dataset: Sendable {
  /// The type of the elements in the file.
  public var type: HDF5Type { stored.type.type }
  /// The SHA-256 of its elements that was noted when they were written; nil in files of before,
  /// and of other programs.
  public let recordedDigest: String?
  let stored: StoredDataset
  let isCopy: Bool
  let file: ByteFile
  let place: Place
  let limit: Int

  /// The sizes of the axes; empty for a single value. Throws where it holds no data at all.
  public var shape: [Int] {
    get throws(HDF5Error) {
      guard let shape = stored.shape else {
        throw place.error("shape", "it holds no data (null data space)")
      }
      return shape
    }
  }

  /// Where the elements start in the file, in bytes, when they lie there in one piece as they are;
  /// nil for others, and where the library had to read the file.
  public var fileOffset: Int? {
    guard !isCopy, case .contiguous(let address) = stored.storage else { return nil }
    return file.base + address
  }

  /// The elements of the chosen rows, row by row, the last axis fastest.
  ///
  /// Throws when the stored type cannot be read as `E` without loss, when rows lie outside, when
  /// the result would be larger than the limit given on opening the file, and when all rows are
  /// read and are not those that were written.
  public func read<E: HDF5Element>(
    as type: E.Type = E.self, rows: HDF5Rows = .all
  ) throws(HDF5Error) -> [E] {
    guard E.hdf5Type.canHold(self.type) else {
      let problem = "it holds \(self.type), which is not read as \(E.hdf5Type)"
      throw place.error("read", problem + (self.type.remedy.map { "; \($0)" } ?? ""))
    }
    return try E.elements(of: self, rows: rows)
  }

  /// Throws where the bytes of the elements are not those that were written. Memory holds a piece
  /// of them at a time.
  public func verify() throws(HDF5Error) {
    guard let recordedDigest else { return }
    try require(recordedDigest, try digest())
  }

  /// The SHA-256 of the elements: numbers in little-endian order, each string and a zero byte.
  func digest() throws(HDF5Error) -> String {
    let chosen = try RowSelection(self, .all)
    var digest = Digest()
    if case .string = type {
      var texts = TextDigest()
      try forEachText(chosen) { texts.add($0) }
      return texts.hexadecimal
    }
    let (size, isBigEndian) = (stored.type.size, stored.type.isBigEndian)
    try forEachPiece(chosen) { piece in
      guard isBigEndian else { return digest.add(piece) }
      digest.add(
        stride(from: 0, to: piece.count, by: size).flatMap { piece[$0..<$0 + size].reversed() })
    }
    return digest.hexadecimal
  }

  func require(_ recorded: String, _ found: String) throws(HDF5Error) {
    guard recorded != found else { return }
    throw place.error(
      "read", "its content is not what was written: it has SHA-256 \(found), not \(recorded)",
      remedy: "build the file anew, or copy it again")
  }
}
