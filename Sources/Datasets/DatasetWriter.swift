internal import HDF5
public import Images

/// Writes a dataset record by record. Pictures go to disk at once; memory holds the index only.
///
///     var writer = try DatasetWriter(creating: "flowers.h5", classes: ["rose", "tulip"],
///       source: "my garden")
///     try writer.append(DatasetRecord(id: "1", image: bytes, label: 0))
///     try writer.addSplit("train", [0])
///     let hash = try writer.finish()
///
/// Until `finish()` the picture bytes lie in a nameless file beside the target, so twice the size
/// of the dataset must be free. Nothing stays behind when the writer is dropped.
public struct DatasetWriter: ~Copyable {
  let path, source, createdBy: String
  let classes: [String]
  let colorProfiles: ColorProfiles
  /// The pictures so far by their color profiles.
  private(set) var profiles = ProfileCount()
  var ids: [String] = []
  private var known: Set<String> = []
  var images: RecordBlob
  var masks: RecordBlob
  private(set) var shapes: [UInt16] = []
  private(set) var formats: [UInt8] = []
  private(set) var labels: [Int32] = []
  private(set) var presence: [Int8] = []
  private(set) var boxes = BoxTable()
  private(set) var splits: [String: [Int64]] = [:]
  /// Which annotations the first record has: all others must have the same.
  private(set) var kinds: AnnotationKinds?

  /// Begins a dataset that `finish()` will put at `path`; those who read it treat the color
  /// profiles of its pictures as `colorProfiles` says.
  public init(
    creating path: String, classes: [String] = [], source: String, createdBy: String = "Pigment",
    colorProfiles: ColorProfiles = .convert
  ) throws(DatasetError) {
    guard Set(classes).count == classes.count, !classes.contains("") else {
      throw DatasetError(
        file: path, problem: "two classes have the same name, or one has none",
        remedy: "name each class once")
    }
    guard classes.count <= Int(Int16.max) else {
      throw DatasetError(file: path, problem: "\(classes.count) classes are more than 32767")
    }
    let images = try RecordBlob(beside: path)
    let masks = try RecordBlob(beside: path)
    self.images = images
    self.masks = masks
    (self.path, self.source, self.createdBy, self.classes) = (path, source, createdBy, classes)
    self.colorProfiles = colorProfiles
  }

  /// The number of records so far.
  public var count: Int { ids.count }

  /// Adds a record after checking that it can be part of this dataset; pictures are not decoded.
  public mutating func append(_ record: DatasetRecord) throws(DatasetError) {
    let header = try header(of: record.image, record.id)
    let kinds = AnnotationKinds(record)
    guard kinds == self.kinds ?? kinds else {
      throw error(record.id, "its kinds of annotation differ from those of the first record")
    }
    guard !record.id.isEmpty, !record.id.utf8.contains(0), !known.contains(record.id) else {
      throw error(record.id, "a record of this id is there already", "give each its own id")
    }
    try check(record, header)
    do throws(ImageError) { profiles.add(try ColorProfile(of: record.image)) } catch {
      throw self.error(record.id, error.description)
    }
    try images.append(record.image)
    try masks.append(record.mask ?? [])
    if let label = record.label { labels.append(Int32(label)) }
    presence += record.presence ?? []
    if let annotations = record.boxes { boxes.append(annotations) }
    shapes += [UInt16(header.height), UInt16(header.width), UInt16(header.channels)]
    formats.append(header.format == .jpeg ? 0 : 1)
    ids.append(record.id)
    known.insert(record.id)
    self.kinds = kinds
  }

  /// Throws unless every annotation fits the classes and the picture.
  private func check(_ record: DatasetRecord, _ header: ImageHeader) throws(DatasetError) {
    if let label = record.label, !classes.indices.contains(label) {
      throw error(record.id, "no class \(label)")
    }
    if let row = record.presence {
      guard row.count == classes.count, row.allSatisfy({ (-1...1).contains($0) }) else {
        throw error(record.id, "presence must be -1, 0 or 1 for each of \(classes.count) classes")
      }
    }
    for annotation in record.boxes ?? [] {
      guard classes.indices.contains(annotation.classIndex) else {
        throw error(record.id, "no class \(annotation.classIndex)")
      }
      guard annotation.box.isInside(width: header.width, height: header.height) else {
        throw error(record.id, "\(annotation.box) is not inside \(header.width) x \(header.height)")
      }
    }
    if let mask = record.mask {
      let size = try self.header(of: mask, record.id + " (mask)")
      guard size.format == .png, size.width == header.width, size.height == header.height else {
        throw error(record.id, "its mask is no PNG of the picture's size")
      }
    }
  }

  /// Adds a split: a list of positions of records, each at most once.
  public mutating func addSplit(_ name: String, _ indices: [Int]) throws(DatasetError) {
    let record = "split '\(name)'"
    guard !name.isEmpty, !name.utf8.contains(0), !name.contains("/"), splits[name] == nil else {
      throw error(record, "this name is taken or unusable", "give each split a name of its own")
    }
    guard !indices.isEmpty else {
      throw error(record, "it is empty", "leave it out, or put records into it")
    }
    guard Set(indices).count == indices.count, indices.allSatisfy({ ids.indices.contains($0) })
    else { throw error(record, "it names a record twice, or one that is not there") }
    splits[name] = indices.map(Int64.init)
  }

  func error(_ record: String, _ problem: String, _ remedy: String = "") -> DatasetError {
    DatasetError(file: path, record: record, problem: problem, remedy: remedy)
  }

  private func header(of bytes: [UInt8], _ record: String) throws(DatasetError) -> ImageHeader {
    let header: ImageHeader
    do throws(ImageError) { header = try imageHeader(of: bytes) } catch {
      throw self.error(record, error.description)
    }
    guard header.width <= DatasetSchema.largestSide, header.height <= DatasetSchema.largestSide
    else {
      throw error(
        record, "\(header.width) x \(header.height) pixels: a side exceeds 65535",
        "reduce the picture first")
    }
    return header
  }
}

/// Which annotations a record has.
struct AnnotationKinds: Equatable {
  let label, presence, boxes: Bool

  init(_ record: DatasetRecord) {
    label = record.label != nil
    presence = record.presence != nil
    boxes = record.boxes != nil
  }
}

/// The objects of all records in one table.
struct BoxTable {
  var edges: [Float] = []
  var classes: [Int16] = []
  var difficult: [UInt8] = []
  var offsets: [UInt64] = [0]

  mutating func append(_ boxes: [BoxAnnotation]) {
    for one in boxes {
      edges += [one.box.xMin, one.box.yMin, one.box.xMax, one.box.yMax]
      classes.append(Int16(one.classIndex))
      difficult.append(one.isDifficult ? 1 : 0)
    }
    offsets.append(UInt64(classes.count))
  }
}

/// The header of a JPEG or PNG held in an array.
func imageHeader(of bytes: [UInt8]) throws(ImageError) -> ImageHeader {
  let result = bytes.withUnsafeBytes { raw in
    Result { () throws(ImageError) in try ImageHeader(of: raw) }
  }
  return try result.get()
}
