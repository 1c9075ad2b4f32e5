public import Files
internal import HDF5
internal import Images

extension DatasetWriter {
  /// Writes the file, makes it durable, reads it back and gives it its name; returns the SHA-256 of
  /// its content. Where anything fails, a file that was there stays.
  ///
  /// - Parameter files: what writes it; a test has such as fail.
  @discardableResult
  public consuming func finish(
    on files: any ScratchFiles = .posix
  ) throws(DatasetError) -> String {
    guard count > 0 else {
      throw error("", "there is no picture in it", "check that the source holds JPEG or PNG files")
    }
    let longest = ids.map(\.utf8.count).max() ?? 0
    let needed =
      images.spool.count + masks.spool.count + count * (128 + longest) + boxes.edges.count * 8
    if let free = files.freeBytes(folder(of: path)), free < needed {
      throw error(
        "", "\(needed) bytes are needed and \(free) free", "make room or write elsewhere")
    }
    do {
      let file = try HDF5Writer(creating: path, on: files)
      try writeContent(to: file)
      let hash = ContentHash(file.written, colorProfiles, profiles).value
      try file.setAttribute("schema", to: DatasetSchema.name)
      try file.setAttribute("schema_version", to: DatasetSchema.version)
      try file.setAttribute("created_by", to: createdBy)
      try file.setAttribute("source", to: source)
      try file.setAttribute("color_space", to: DatasetSchema.colorSpace)
      try file.setAttribute(DatasetSchema.colorProfiles, to: colorProfiles.rawValue)
      try file.setAttribute(DatasetSchema.otherProfiles, to: profiles.others)
      try file.setAttribute(DatasetSchema.unusableProfiles, to: profiles.unusable)
      try file.setAttribute("content_sha256", to: hash)
      try file.commit()
      return hash
    } catch let error as DatasetError {
      throw error
    } catch let error as HDF5Error {
      throw DatasetError(file: path, problem: error.problem)
    } catch {
      throw DatasetError(file: path, problem: "\(error)", remedy: freeSpaceWords(for: path))
    }
  }

  private mutating func writeContent(to file: borrowing HDF5Writer) throws {
    try file.write("/classes", classes)
    try file.write("/ids", ids)
    try images.write("images", of: path, to: file)
    try file.write("/images/shape", shapes, shape: [count, 3])
    try file.write("/images/format", formats)
    let codecs = Set(formats)
    try file.setAttribute(
      "codec", to: codecs.count == 2 ? "mixed" : codecs.contains(0) ? "jpeg" : "png", of: "images")
    if kinds?.label == true { try file.write("/labels/single", labels) }
    if kinds?.presence == true {
      try file.write("/labels/multilabel", presence, shape: [count, classes.count])
    }
    if kinds?.boxes == true {
      try file.write("/boxes/xyxy", boxes.edges, shape: [boxes.classes.count, 4])
      try file.write("/boxes/class", boxes.classes)
      try file.write("/boxes/difficult", boxes.difficult)
      try file.write("/boxes/offsets", boxes.offsets)
      let convention = "pixel coordinates from 0, both edges included"
      try file.setAttribute("convention", to: convention, of: "boxes")
    }
    if masks.spool.count > 0 {
      try masks.write("masks", of: path, to: file)
      try file.setAttribute("void", to: Int(DatasetSchema.void), of: "masks")
    }
    for (name, indices) in splits.sorted(by: { $0.key < $1.key }) {
      try file.write("/splits/\(name)", indices)
    }
  }
}

extension RecordBlob {
  /// Writes the bytes, where each record begins, and the checksums into a group.
  fileprivate mutating func write(
    _ group: String, of path: String, to file: borrowing HDF5Writer
  ) throws {
    let name = "/\(group)/blob"
    let dataset = try file.createDataset(name, of: UInt8.self, shape: [spool.count])
    try spool.forEachPiece { _, bytes in try dataset.append(bytes) }
    // What was collected on disk may have been damaged there.
    guard
      file.written.contains(where: {
        $0.path == name && $0.sha256 == spool.digest.hexadecimal
      })
    else {
      throw DatasetError(
        file: path, record: name, problem: "the bytes collected on disk are not those that came",
        remedy: "look at the disk and the memory of this machine, or write elsewhere")
    }
    try file.write("/\(group)/offsets", offsets)
    try file.write("/\(group)/crc32", checksums)
  }
}
