internal import HDF5
internal import Images

/// Where the bytes of all records lie in the file.
struct StoredBlob: Sendable {
  /// The position of the first byte in the file.
  let start: Int
  let offsets: [UInt64]
  let checksums: [UInt32]

  /// The bytes of a record, counted from `start`.
  func range(of record: Int) -> Range<Int> { Int(offsets[record])..<Int(offsets[record + 1]) }
  /// The number of bytes of all records.
  var count: Int { Int(offsets[offsets.count - 1]) }
}

/// Everything in a dataset file but the pictures, read and checked.
struct DatasetIndex {
  let path: String
  let size: Int
  /// The schema's version.
  private(set) var version = DatasetSchema.version
  var ids: [String] = []
  var classes: [String] = []
  var source = ""
  var createdBy = ""
  var contentSHA256 = ""
  var splits: [String: [Int]] = [:]
  var labels: [Int32]?
  var presence: [Int8]?
  var boxes: BoxTable?
  var shapes: [UInt16] = []
  var formats: [UInt8] = []
  var images = StoredBlob(start: 0, offsets: [0], checksums: [])
  var masks: StoredBlob?
  var colorProfiles = ColorProfiles.ignore
  var profiles: ProfileCount?

  init(reading path: String) throws(DatasetError) {
    self.path = path
    size = try fileSize(path)
    do {
      let file = try HDF5File(reading: path)
      try readAttributes(file)
      try readRecords(file)
      try readAnnotations(file)
      try readSplits(file)
      if version > 1 { try requireHash(file) } else { EarlierFile.note(path) }
    } catch let error as DatasetError {
      throw error
    } catch {
      let known = error as? HDF5Error
      // A remedy that the error names itself is better.
      throw DatasetError(
        file: path, problem: known?.problem ?? "\(error)",
        remedy: known?.remedy == nil ? "build the dataset anew, or copy it again" : "")
    }
  }

  /// Throws unless the digests of all parts, which were compared with what was read, give the
  /// content hash.
  private func requireHash(_ file: borrowing HDF5File) throws {
    let parts = try DatasetSchema.contents(of: file).map { name in
      guard let part = try file.recordedContents(of: name) else {
        throw error(name, "it has no digest of what was written")
      }
      return part
    }
    guard file.isSealed, ContentHash(parts, colorProfiles, profiles).value == contentSHA256 else {
      throw error("", "its content is not that of its content hash, \(contentSHA256)")
    }
  }

  private mutating func readAttributes(_ file: borrowing HDF5File) throws {
    guard try file.attributeNames().contains("schema") else {
      throw error("", "this HDF5 file is no Pigment dataset", "make one with `pigment data build`")
    }
    let schema = try file.attribute("schema", as: String.self)
    guard schema == DatasetSchema.name else {
      throw error("", "its schema is '\(schema)', not '\(DatasetSchema.name)'", "name a dataset")
    }
    version = try file.attribute("schema_version", as: Int.self)
    guard 1...DatasetSchema.version ~= version else {
      throw error(
        "", "its schema has version \(version); this program reads 1 to \(DatasetSchema.version)",
        version > DatasetSchema.version ? "update the program" : "build the dataset anew")
    }
    source = try file.attribute("source")
    createdBy = try file.attribute("created_by")
    contentSHA256 = try file.attribute("content_sha256")
    // Files of before there was a choice have none: they stay what they were.
    guard try file.attributeNames().contains(DatasetSchema.colorProfiles) else { return }
    let word = try file.attribute(DatasetSchema.colorProfiles, as: String.self)
    guard let colorProfiles = ColorProfiles(rawValue: word) else {
      throw error(
        "", "its color profiles are to be followed by '\(word)', which is unknown here",
        "update the program")
    }
    self.colorProfiles = colorProfiles
    profiles = ProfileCount(
      pictures: 0, others: try file.attribute(DatasetSchema.otherProfiles),
      unusable: try file.attribute(DatasetSchema.unusableProfiles))
  }

  private mutating func readRecords(_ file: borrowing HDF5File) throws {
    classes = try file.read("/classes")
    ids = try file.read("/ids")
    guard !ids.isEmpty else { throw error("/ids", "there are no records") }
    profiles?.pictures = ids.count
    images = try blob("images", file)
    shapes = try file.read("/images/shape")
    formats = try file.read("/images/format")
    try require("/images/shape", file, [ids.count, 3])
    try require("/images/format", file, [ids.count])
    guard !shapes.contains(0) else { throw error("/images/shape", "a picture has no pixels") }
    guard formats.allSatisfy({ $0 <= 1 }) else { throw error("/images/format", "unknown formats") }
  }

  private mutating func readAnnotations(_ file: borrowing HDF5File) throws {
    if try file.contains("/labels/single") {
      try require("/labels/single", file, [ids.count])
      let labels = try file.read("/labels/single", as: Int32.self)
      guard labels.allSatisfy({ classes.indices.contains(Int($0)) }) else {
        throw error("/labels/single", "a label is none of the \(classes.count) classes")
      }
      self.labels = labels
    }
    if try file.contains("/labels/multilabel") {
      try require("/labels/multilabel", file, [ids.count, classes.count])
      let presence = try file.read("/labels/multilabel", as: Int8.self)
      guard presence.allSatisfy({ (-1...1).contains($0) }) else {
        throw error("/labels/multilabel", "it holds values other than -1, 0 and 1")
      }
      self.presence = presence
    }
    if try file.contains("/boxes") { try readBoxes(file) }
    if try file.contains("/masks") { masks = try blob("masks", file) }
  }

  private mutating func readBoxes(_ file: borrowing HDF5File) throws {
    var table = BoxTable()
    table.offsets = try file.read("/boxes/offsets")
    table.classes = try file.read("/boxes/class")
    table.difficult = try file.read("/boxes/difficult")
    table.edges = try file.read("/boxes/xyxy")
    let count = table.classes.count
    try require("/boxes/offsets", file, [ids.count + 1])
    try require("/boxes/class", file, [count])
    try require("/boxes/difficult", file, [count])
    try require("/boxes/xyxy", file, [count, 4])
    try requireAscending("/boxes/offsets", table.offsets, upTo: count)
    guard table.classes.allSatisfy({ classes.indices.contains(Int($0)) }) else {
      throw error("/boxes/class", "a class is none of the \(classes.count) classes")
    }
    boxes = table
  }

  private mutating func readSplits(_ file: borrowing HDF5File) throws {
    guard try file.contains("/splits") else { return }
    for name in try file.members(of: "/splits") {
      let indices = try file.read("/splits/\(name)", as: Int.self)
      guard !indices.isEmpty, indices.allSatisfy({ ids.indices.contains($0) }) else {
        throw error("/splits/\(name)", "it is empty, or names records that are not there")
      }
      splits[name] = indices
    }
  }

  private func blob(_ group: String, _ file: borrowing HDF5File) throws -> StoredBlob {
    let offsets = try file.read("/\(group)/offsets", as: UInt64.self)
    try require("/\(group)/offsets", file, [ids.count + 1])
    try require("/\(group)/crc32", file, [ids.count])
    let checksums = try file.read("/\(group)/crc32", as: UInt32.self)
    let dataset = try file.dataset("/\(group)/blob")
    let shape = try dataset.shape
    guard shape.count == 1, dataset.type == UInt8.hdf5Type, let start = dataset.fileOffset
    else {
      throw error(
        "/\(group)/blob", "it is not one contiguous row of bytes", "build the dataset anew")
    }
    try requireAscending("/\(group)/offsets", offsets, upTo: shape[0])
    guard start >= 0, start <= size, shape[0] <= size - start else {
      throw error("/\(group)/blob", "the file ends before its last byte", "copy the file again")
    }
    return StoredBlob(start: start, offsets: offsets, checksums: checksums)
  }

  /// Throws unless a dataset has this shape.
  private func require(_ name: String, _ file: borrowing HDF5File, _ shape: [Int]) throws {
    let found = try file.shape(of: name)
    guard found == shape else { throw error(name, "its shape is \(found), not \(shape)") }
  }

  /// Throws unless offsets go from 0 to `end` without a step back.
  private func requireAscending(_ name: String, _ offsets: [UInt64], upTo end: Int) throws {
    guard offsets.first == 0, offsets.last == UInt64(end),
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw error(name, "its offsets do not ascend from 0 to \(end)") }
  }

  private func error(_ record: String, _ problem: String, _ remedy: String = "") -> DatasetError {
    DatasetError(
      file: path, record: record, problem: problem,
      remedy: remedy.isEmpty ? "build the dataset anew, or copy it again" : remedy)
  }
}
