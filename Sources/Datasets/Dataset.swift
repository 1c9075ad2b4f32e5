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

  /// Opens a dataset and checks its whole index; refuses other files, newer versions, and damage.
  ///
  /// `path` is a file, a pattern such as `shards/train-*.h5`, or several of these joined by commas.
  /// Files are joined in order; they must have the same classes and kinds of annotation, and splits
  /// of one name become one. The index takes about 100 bytes of memory a record.
  public init(opening path: String) throws(DatasetError) {
    let files = try DatasetFiles.named(path)
    var index = try DatasetIndex(reading: files[0])
    var shards = [try DatasetShard(index, first: 0)]
    for file in files.dropFirst() {
      let next = try DatasetIndex(reading: file)
      shards.append(try DatasetShard(next, first: index.ids.count))
      try index.append(next)
    }
    self.path = path
    self.shards = shards
    contentSHA256 = DatasetIndex.contentHash(of: shards.map(\.contentSHA256))
    (ids, classes, source, createdBy) = (index.ids, index.classes, index.source, index.createdBy)
    (splits, labels, boxTable) = (index.splits, index.labels, index.boxes)
    (shapes, formats, presence) = (index.shapes, index.formats, index.presence)
  }

  /// The files, in the order of their records.
  public var files: [String] { shards.map(\.path) }

  /// The number of records.
  public var count: Int { ids.count }

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
    return shard.masks.map { !$0.range(of: record - shard.records.lowerBound).isEmpty } ?? false
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
    guard let bytes = try shard.bytes(blob, record - shard.records.lowerBound) else {
      throw error(record, "the bytes of its \(what) are not those that were written")
    }
    return bytes
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
      record: "record \(record - shard.records.lowerBound), '\(ids[record])'", problem: problem,
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
