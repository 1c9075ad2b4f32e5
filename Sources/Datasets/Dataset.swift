internal import Files
public import Images

/// A dataset, open for reading: one file, or several that are one. Its index is in memory; pictures
/// are read when asked for, by any number of threads at once.
///
///     let dataset = try Dataset(opening: "voc2007.h5")
///     for i in try dataset.indices(ofSplit: "train") {
///       let picture = try dataset.picture(i, .whole)
///       let boxes = dataset.boxes(of: i)
///     }
public final class Dataset: Sendable {
  /// The file, or the pattern or list that names several.
  public let path: String
  /// What the records are called.
  public let ids: [String]
  /// The names of the classes.
  public let classes: [String]
  /// What the dataset was built from, and by which program.
  public let source, createdBy: String
  /// The SHA-256 that was computed from the content when it was written: the name of these data in
  /// the records of an experiment. `verify` computes it anew. That of several files is the hash of
  /// theirs, in order.
  public let contentSHA256: String
  /// Named lists of record positions.
  public let splits: [String: [Int]]
  /// The class of each picture, for datasets of single labels.
  public let labels: [Int32]?

  let shapes: [UInt16]
  let formats: [UInt8]
  let presence: [Int8]?
  let boxTable: BoxTable?
  let shards: [DatasetShard]

  /// What was left out when it was opened: of these files and of others.
  public let leftOut: DamagedRecords

  /// What all records are called, those that are left out among them, and which of them each
  /// record is; nil where none is left out.
  private let stored: (ids: [String], places: [Int])?

  /// Opens a dataset and checks its whole index; refuses other files, newer versions, and damage.
  /// Records of `DamagedRecords.leftOut` are left out.
  ///
  /// `path` is a file, a pattern such as `shards/train-*.h5`, or several of these joined by commas.
  /// Files are joined in order; they must have the same classes and kinds of annotation, and splits
  /// of one name become one. The index takes about 100 bytes of memory a record.
  ///
  /// - Parameter needing: what of it is asked for; where that is pictures alone, files of different
  ///   classes and annotations can be joined, and what they do not share is left away.
  public init(
    opening path: String, needing: Content = .annotations
  ) throws(DatasetError) {
    let files = try DatasetFiles.named(path)
    var index: DatasetIndex?
    var shards: [DatasetShard] = []
    var found: [(ids: [String], kept: [Int]?)] = []
    for file in files {
      var next = try DatasetIndex(reading: file)
      if needing == .pictures && files.count > 1 { next.forgetAnnotations() }
      found.append((next.ids, next.leaveOut(DamagedRecords.leftOut)))
      shards.append(
        try DatasetShard(next, rows: found.last!.kept, first: index?.ids.count ?? 0))
      if index == nil { index = next } else { try index!.append(next) }
    }
    guard let index, !index.ids.isEmpty else {
      throw DatasetError(file: path, problem: "all its records are damaged and left out")
    }
    stored =
      found.allSatisfy { $0.kept == nil }
      ? nil
      : found.reduce(into: (ids: [String](), places: [Int]())) { all, file in
        all.places += (file.kept ?? Array(file.ids.indices)).map { all.ids.count + $0 }
        all.ids += file.ids
      }
    leftOut = DamagedRecords.leftOut
    self.path = path
    self.shards = shards
    contentSHA256 = DatasetIndex.contentHash(of: shards.map(\.contentSHA256))
    (ids, classes, source, createdBy) = (index.ids, index.classes, index.source, index.createdBy)
    (splits, labels, boxTable) = (index.splits, index.labels, index.boxes)
    (shapes, formats, presence) = (index.shapes, index.formats, index.presence)
  }

  /// What a dataset is opened for.
  public enum Content: Sendable {
    /// Pictures and all that is known of them.
    case annotations
    /// Pictures and splits.
    case pictures
  }

  /// The files, in the order of their records.
  public var files: [String] { shards.map(\.path) }

  /// The number of records.
  public var count: Int { ids.count }

  /// What all records of the files are called, those that are left out among them.
  public var storedIDs: [String] { stored?.ids ?? ids }

  /// Which of the records of `storedIDs` a record is.
  public func storedPlace(of record: Int) -> Int { stored?.places[record] ?? record }

  /// The digest of which records are left out; empty where none is.
  public var leftOutDigest: String {
    guard let stored else { return "" }
    let kept = Set(stored.places)
    return Digest.hexadecimal(
      stored.ids.indices.filter { !kept.contains($0) }.map { "\($0)\n" }.joined())
  }

  /// The bytes of the JPEG or PNG file of a record, checked against their checksum.
  public func bytes(of record: Int) throws(DatasetError) -> [UInt8] {
    let shard = shard(of: record)
    return try read(shard.images, shard, record, "picture")
  }

  /// The bytes of the mask of a record, or nil where it has none.
  public func maskBytes(of record: Int) throws(DatasetError) -> [UInt8]? {
    let shard = shard(of: record)
    guard hasMask(record), let masks = shard.masks else { return nil }
    return try read(masks, shard, record, "mask")
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
  public var hasMasks: Bool { shards.contains { $0.masks != nil } }
  /// Whether this record has a mask.
  public func hasMask(_ record: Int) -> Bool {
    let shard = shard(of: record)
    return shard.masks.map { !$0.range(of: shard.row(of: record)).isEmpty } ?? false
  }

  /// What becomes of the color profile of this record's picture: as its file says, which was built
  /// so. Files of before there was a choice take samples as they are.
  public func colorProfiles(of record: Int) -> ColorProfiles { shard(of: record).colorProfiles }

  /// The objects in a picture; none in a dataset without boxes.
  public func boxes(of record: Int) -> [BoxAnnotation] {
    check(record)
    guard let table = boxTable else { return [] }
    return (Int(table.offsets[record])..<Int(table.offsets[record + 1])).map { table[$0] }
  }

  /// The records of a split, in its order.
  public func indices(ofSplit name: String) throws(DatasetError) -> [Int] {
    if let indices = splits[name], indices.isEmpty, stored != nil {
      throw DatasetError(
        file: path, record: "split '\(name)'", problem: "all its records are damaged and left out",
        remedy: "copy the file again, or build the dataset anew")
    }
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

  /// Throws where pictures that are learned from would be tested on.
  public func requireDisjoint(
    learning: String, testing: String
  ) throws(DatasetError) {
    let learned = Set(try indices(ofSplit: learning))
    guard learned.isDisjoint(with: try indices(ofSplit: testing)) else {
      throw DatasetError(
        file: path, problem: "splits '\(learning)' and '\(testing)' share records",
        remedy: "test on pictures that were not learned from")
    }
  }

  private func read(
    _ blob: StoredBlob, _ shard: DatasetShard, _ record: Int, _ what: String
  ) throws(DatasetError) -> [UInt8] {
    guard let bytes = try shard.bytes(blob, shard.row(of: record)) else {
      throw damaged(record, "the bytes of its \(what) are not those that were written")
    }
    return bytes
  }

  /// Where the picture of a record lies.
  func picturePlace(of record: Int) -> (blob: StoredBlob, row: Int) {
    let shard = shard(of: record)
    return (shard.images, shard.row(of: record))
  }

  /// The file that a record is in.
  private func shard(of record: Int) -> DatasetShard {
    check(record)
    var (low, high) = (0, shards.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if shards[middle].records.lowerBound <= record { low = middle } else { high = middle - 1 }
    }
    return shards[low]
  }

  func error(_ record: Int, _ problem: String) -> DatasetError {
    let shard = shard(of: record)
    return DatasetError(
      file: shard.path,
      record: "record \(shard.row(of: record)), '\(ids[record])'", problem: problem,
      remedy: "run `pigment data verify`, and build the dataset anew")
  }

  /// The error of a record that cannot be used; `isOfDecoding` where its bytes are as written.
  func damaged(_ record: Int, _ problem: String, isOfDecoding: Bool = false) -> DatasetError {
    let shard = shard(of: record)
    return error(record, problem).of(
      .init(
        record: .init(
          file: shard.path, content: shard.contentSHA256, row: shard.row(of: record),
          id: ids[record], problem: problem), isOfDecoding: isOfDecoding, dataset: path))
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
