internal import Files
internal import Glibc
internal import HDF5
internal import Images

/// One file of a dataset, open for reading: where its records stand among those of all files, and
/// where their bytes lie.
final class DatasetShard: Sendable {
  let path: String
  /// The positions of its records in the dataset.
  let records: Range<Int>
  let contentSHA256: String
  /// The schema's version.
  let version: Int
  let images: StoredBlob
  let masks: StoredBlob?
  let colorProfiles: ColorProfiles
  /// Its pictures with color profiles; nil where the file was built before they were counted.
  let profiles: ProfileCount?
  /// Bytes of the file.
  let size: Int
  /// The rows of the file that its records are; nil where they are all of them.
  private let rows: [Int]?
  private let descriptor: CInt

  /// Opens the file that `index` was read from; its records, which are these `rows` or all, are
  /// numbered from `first` on.
  init(_ index: DatasetIndex, rows: [Int]?, first: Int) throws(DatasetError) {
    let opened = open(index.path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw DatasetError(
        file: index.path, problem: FileError.reason(),
        remedy: errno == EMFILE ? "raise the limit of open files (ulimit -n)" : "")
    }
    path = index.path
    records = first..<first + index.ids.count
    (contentSHA256, version) = (index.contentSHA256, index.version)
    (images, masks, size) = (index.images, index.masks, index.size)
    (colorProfiles, profiles) = (index.colorProfiles, index.profiles)
    self.rows = rows
    descriptor = opened
  }

  /// The row of the file that a record of the dataset is.
  func row(of record: Int) -> Int {
    let place = record - records.lowerBound
    return rows?[place] ?? place
  }

  deinit { close(descriptor) }

  /// The bytes of a row of this file, checked against their checksum; nil where they
  /// are not those that were written.
  func bytes(_ blob: StoredBlob, _ row: Int) throws(DatasetError) -> [UInt8]? {
    let range = blob.range(of: row)
    let bytes = try readExactly(
      descriptor, at: blob.start + range.lowerBound, count: range.count, file: path)
    return CRC32.of(bytes) == blob.checksums[row] ? bytes : nil
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
}

/// The files that a dataset's path names.
enum DatasetFiles {
  /// A path is a file, a pattern such as `shards/train-*.h5`, or several of these joined by commas.
  /// The files of a pattern come sorted by bytes.
  static func named(_ path: String) throws(DatasetError) -> [String] {
    if isFile(path) { return [path] }
    var files: [String] = []
    for part in path.split(separator: ",").map(String.init) {
      if isFolder(part) {
        throw DatasetError(
          file: part, problem: "it is a folder", remedy: "name its files: '\(part)/*.h5'")
      }
      files += isFile(part) || !isPattern(part) ? [part] : try matches(part)
    }
    var known: Set<String> = []
    if let twice = files.first(where: { !known.insert($0).inserted }) {
      throw DatasetError(file: path, problem: "'\(twice)' is named twice", remedy: "name it once")
    }
    return files.isEmpty ? [path] : files
  }

  private static func isPattern(_ part: String) -> Bool { part.contains { "*?[".contains($0) } }

  private static func matches(_ pattern: String) throws(DatasetError) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0, let names = found.gl_pathv else {
      throw DatasetError(
        file: pattern, problem: "no file has such a name", remedy: "check the path")
    }
    return (0..<Int(found.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension DatasetIndex {
  /// Adds the records of another file behind these; both must have the same classes and kinds of
  /// annotation. Splits of one name are joined.
  mutating func append(_ other: DatasetIndex) throws(DatasetError) {
    func refuse(_ what: String) -> DatasetError {
      DatasetError(
        file: other.path, problem: "its \(what) are not those of \(path)",
        remedy: "open files together only where they were built alike, or join them with "
          + "`pigment data merge`")
    }
    guard other.classes == classes else { throw refuse("classes") }
    guard (other.labels == nil) == (labels == nil), (other.boxes == nil) == (boxes == nil),
      (other.presence == nil) == (presence == nil)
    else { throw refuse("kinds of annotation") }
    let first = ids.count
    ids += other.ids
    shapes += other.shapes
    formats += other.formats
    if let more = other.labels { labels?.append(contentsOf: more) }
    if let more = other.presence { presence?.append(contentsOf: more) }
    if let more = other.boxes { boxes?.append(more) }
    for (name, indices) in other.splits {
      splits[name, default: []] += indices.map { $0 + first }
    }
    if !source.components.contains(other.source) { source += ", \(other.source)" }
    if !createdBy.components.contains(other.createdBy) { createdBy += ", \(other.createdBy)" }
  }

  /// Leaves pictures and splits alone, so that files of any classes can be joined.
  mutating func forgetAnnotations() {
    classes = []
    (labels, presence, boxes, masks) = (nil, nil, nil, nil)
  }

  /// The name of the content of several files: one file's is its own; that of several is the
  /// SHA-256 of their hashes, in order, each ended by a line feed.
  static func contentHash(of files: [String]) -> String {
    if files.count == 1 { return files[0] }
    return Digest.hexadecimal(files.map { "\($0)\n" }.joined())
  }
}

extension String {
  fileprivate var components: [String] { split(separator: ", ").map(String.init) }
}

extension BoxTable {
  /// Adds the objects of another table behind these.
  fileprivate mutating func append(_ other: BoxTable) {
    let first = UInt64(classes.count)
    edges += other.edges
    classes += other.classes
    difficult += other.difficult
    offsets += other.offsets.dropFirst().map { $0 + first }
  }
}
