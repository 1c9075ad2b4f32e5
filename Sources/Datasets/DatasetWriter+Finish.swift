internal import Files
internal import HDF5
internal import Images

extension DatasetWriter {
  /// Writes the file, makes it durable and gives it its name; returns the SHA-256 of its content.
  @discardableResult
  public consuming func finish() throws(DatasetError) -> String {
    guard count > 0 else {
      throw error("", "there is no picture in it", "check that the source holds JPEG or PNG files")
    }
    let needed = images.spool.count + masks.spool.count + count * 256 + boxes.edges.count * 8
    if let free = POSIXFiles.posix.freeBytes(folder(of: path)), free < needed {
      throw error(
        "", "\(needed) bytes are needed and \(free) free", "make room or write elsewhere")
    }
    do {
      let file = try HDF5File(creating: path)
      let hash = try writeContent(to: file)
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
    } catch {
      throw DatasetError(
        file: path, problem: "\(error)", remedy: freeSpaceWords(for: path))
    }
  }

  private mutating func writeContent(to file: borrowing HDF5File) throws -> String {
    var hash = ContentHash()
    try file.write("/classes", classes)
    hash.add("/classes", classes)
    try file.write("/ids", ids)
    hash.add("/ids", ids)
    hash.add(colorProfiles, profiles)
    try images.write("images", to: file, &hash)
    try write("/images/shape", shapes, shape: [count, 3], "uint16", to: file, &hash)
    try write("/images/format", formats, shape: [count], "uint8", to: file, &hash)
    let codecs = Set(formats)
    try file.setAttribute(
      "codec", to: codecs.count == 2 ? "mixed" : codecs.contains(0) ? "jpeg" : "png", of: "images")
    if kinds?.label == true {
      try write("/labels/single", labels, shape: [count], "int32", to: file, &hash)
    }
    if kinds?.presence == true {
      let shape = [count, classes.count]
      try write("/labels/multilabel", presence, shape: shape, "int8", to: file, &hash)
    }
    if kinds?.boxes == true {
      let total = boxes.classes.count
      try write("/boxes/xyxy", boxes.edges, shape: [total, 4], "float32", to: file, &hash)
      try write("/boxes/class", boxes.classes, shape: [total], "int16", to: file, &hash)
      try write("/boxes/difficult", boxes.difficult, shape: [total], "uint8", to: file, &hash)
      try write("/boxes/offsets", boxes.offsets, shape: [count + 1], "uint64", to: file, &hash)
      let convention = "pixel coordinates from 0, both edges included"
      try file.setAttribute("convention", to: convention, of: "boxes")
    }
    if masks.spool.count > 0 {
      try masks.write("masks", to: file, &hash)
      try file.setAttribute("void", to: Int(DatasetSchema.void), of: "masks")
    }
    for (name, indices) in splits.sorted(by: { $0.key < $1.key }) {
      try write("/splits/\(name)", indices, shape: [indices.count], "int64", to: file, &hash)
    }
    return hash.value
  }
}

extension RecordBlob {
  /// Writes the bytes, where each record begins, and the checksums into a group.
  fileprivate mutating func write(
    _ group: String, to file: borrowing HDF5File, _ hash: inout ContentHash
  ) throws {
    let total = spool.count
    let count = checksums.count
    let dataset = try file.createDataset("/\(group)/blob", of: UInt8.self, shape: [total])
    try spool.forEachPiece { (position, bytes) in try dataset.write(bytes, atRow: position) }
    hash.add("/\(group)/blob", "uint8", shape: [total], spool.digest)
    try Datasets.write("/\(group)/offsets", offsets, shape: [count + 1], "uint64", to: file, &hash)
    try Datasets.write("/\(group)/crc32", checksums, shape: [count], "uint32", to: file, &hash)
  }
}

/// Writes one dataset and adds it to the hash.
private func write<E: HDF5Number>(
  _ name: String, _ values: [E], shape: [Int], _ type: String, to file: borrowing HDF5File,
  _ hash: inout ContentHash
) throws(HDF5Error) {
  try file.write(name, values, shape: shape)
  hash.add(name, type, shape: shape, values)
}
