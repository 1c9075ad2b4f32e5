internal import Glibc
internal import HDF5

/// A dataset file, open for reading. Its index is in memory; pictures are read when asked for, by
/// any number of threads at once.
///
///     let dataset = try Dataset(opening: "voc2007.h5")
///     for i in try dataset.indices(ofSplit: "train") {
///       let picture = try dataset.picture(i)
///       let boxes = dataset.boxes(of: i)
///     }
public final class Dataset: Sendable {
  /// Where the file is.
  public let path: String
  /// What the records are called.
  public let ids: [String]
  /// The names of the classes.
  public let classes: [String]
  /// What the dataset was built from, and by which program.
  public let source, createdBy: String
  /// The SHA-256 that was computed from the content when it was written: the name of these data in
  /// the records of an experiment. `verify` computes it anew.
  public let contentSHA256: String
  /// Named lists of record positions.
  public let splits: [String: [Int]]
  /// The class of each picture, for datasets of single labels.
  public let labels: [Int32]?

  let shapes: [UInt16]
  let formats: [UInt8]
  let presence: [Int8]?
  let boxTable: BoxTable?
  let images: StoredBlob
  let masks: StoredBlob?
  let size: Int
  private let descriptor: CInt

  /// Opens a dataset and checks its whole index; refuses other files, newer versions, and damage.
  public init(opening path: String) throws(DatasetError) {
    let index = try DatasetIndex(reading: path)
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw DatasetError(file: path, problem: systemReason()) }
    self.path = path
    (ids, classes, source, createdBy) = (index.ids, index.classes, index.source, index.createdBy)
    (contentSHA256, splits, labels) = (index.contentSHA256, index.splits, index.labels)
    (shapes, formats, presence) = (index.shapes, index.formats, index.presence)
    (boxTable, images, masks, size) = (index.boxes, index.images, index.masks, index.size)
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// The number of records.
  public var count: Int { ids.count }

  /// The bytes of the JPEG or PNG file of a record, checked against their checksum.
  public func bytes(of record: Int) throws(DatasetError) -> [UInt8] {
    check(record)
    return try read(images, record, "picture")
  }

  /// The bytes of the mask of a record, or nil where it has none.
  public func maskBytes(of record: Int) throws(DatasetError) -> [UInt8]? {
    check(record)
    guard let masks, masks.range(of: record).count > 0 else { return nil }
    return try read(masks, record, "mask")
  }

  /// Width and height of the upright picture of a record.
  public func size(of record: Int) -> (width: Int, height: Int) {
    check(record)
    return (Int(shapes[record * 3 + 1]), Int(shapes[record * 3]))
  }

  /// The class of a picture; nil in a dataset without single labels.
  public func label(of record: Int) -> Int? {
    check(record)
    return labels.map { Int($0[record]) }
  }

  /// For each class 1 (present), -1 (absent) or 0 (only difficult objects); nil in a dataset
  /// without such labels.
  public func presence(of record: Int) -> [Int8]? {
    check(record)
    return presence.map { Array($0[record * classes.count..<(record + 1) * classes.count]) }
  }

  /// Whether the dataset has boxes.
  public var hasBoxes: Bool { boxTable != nil }
  /// Whether the dataset has masks, though perhaps not for every record.
  public var hasMasks: Bool { masks != nil }
  /// Whether this record has a mask.
  public func hasMask(_ record: Int) -> Bool {
    check(record)
    return masks.map { !$0.range(of: record).isEmpty } ?? false
  }

  /// The objects in a picture; none in a dataset without boxes.
  public func boxes(of record: Int) -> [BoxAnnotation] {
    check(record)
    guard let table = boxTable else { return [] }
    return (Int(table.offsets[record])..<Int(table.offsets[record + 1])).map { table[$0] }
  }

  /// The records of a split, in its order.
  public func indices(ofSplit name: String) throws(DatasetError) -> [Int] {
    guard let indices = splits[name] else {
      let known = splits.keys.sorted().joined(separator: ", ")
      throw DatasetError(
        file: path, record: "split '\(name)'", problem: "there is no such split",
        remedy: known.isEmpty
          ? "this dataset has no splits; build it anew, with --hold-out or FOLDER=SPLIT"
          : "known are: \(known)")
    }
    return indices
  }

  private func read(
    _ blob: StoredBlob, _ record: Int, _ what: String
  ) throws(DatasetError) -> [UInt8] {
    let range = blob.range(of: record)
    let bytes = try readExactly(
      descriptor, at: blob.start + range.lowerBound, count: range.count, file: path)
    guard CRC32.of(bytes) == blob.checksums[record] else {
      throw error(record, "the bytes of its \(what) are not those that were written")
    }
    return bytes
  }

  /// Hands all bytes of a blob to `body`, in pieces of at most 8 MiB.
  func forEachPiece(
    of blob: StoredBlob, _ body: ([UInt8]) -> Void
  ) throws(DatasetError) {
    for position in stride(from: 0, to: blob.count, by: 8 << 20) {
      let size = min(8 << 20, blob.count - position)
      body(try readExactly(descriptor, at: blob.start + position, count: size, file: path))
    }
  }

  func error(_ record: Int, _ problem: String) -> DatasetError {
    DatasetError(
      file: path, record: "record \(record), '\(ids[record])'", problem: problem,
      remedy: "run `pigment data verify`, and build the dataset anew")
  }

  private func check(_ record: Int) {
    precondition(
      ids.indices.contains(record), "Dataset: record \(record) of \(ids.count) does not exist")
  }
}

extension BoxTable {
  /// The annotation at one position.
  subscript(position: Int) -> BoxAnnotation {
    let edge = position * 4
    return BoxAnnotation(
      box: Box(
        xMin: edges[edge], yMin: edges[edge + 1], xMax: edges[edge + 2], yMax: edges[edge + 3]),
      classIndex: Int(classes[position]), isDifficult: difficult[position] != 0)
  }
}
