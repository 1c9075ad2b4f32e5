internal import HDF5
internal import Images

/// Rewrites files of schema version 1 (data sets, proposals, features) as version 2: strings of
/// fixed length, and digests of all that they hold.
public enum DatasetUpgrade {
  /// Rewrites a file at `output`, or in its place, when it is whole; what a data set holds is first
  /// compared with its content hash. Returns false where it is of version 2 already, and nothing
  /// is to be done.
  public static func run(_ path: String, to output: String) throws(DatasetError) -> Bool {
    do {
      let file = try HDF5File(reading: path)
      guard let schema = try? file.attribute("schema", as: String.self),
        schema.hasPrefix("pigment")
      else {
        throw DatasetError(
          file: path, problem: "this is no file of data, proposals or features of pigment",
          remedy: "name one that an earlier version wrote")
      }
      guard try file.attribute("schema_version", as: Int.self) == 1 else { return false }
      if schema == DatasetSchema.name { try requireSound(path) }
      let new = try HDF5Writer(creating: output)
      try copy("/", of: file, to: new)
      if schema == DatasetSchema.name { try requireHash(new.written, path) }
      try new.commit()
      return true
    } catch let error as DatasetError {
      throw error
    } catch {
      throw DatasetError(file: path, problem: (error as? HDF5Error)?.problem ?? "\(error)")
    }
  }

  /// Throws where a record is not what was written.
  private static func requireSound(_ path: String) throws(DatasetError) {
    let dataset = try Dataset(opening: path)
    for record in 0..<dataset.count {
      _ = try dataset.bytes(of: record)
      _ = try dataset.maskBytes(of: record)
    }
  }

  private static func requireHash(_ parts: [HDF5Contents], _ path: String) throws {
    let index = try DatasetIndex(reading: path)
    let found = ContentHash(parts, index.colorProfiles, index.profiles).value
    guard found == index.contentSHA256 else {
      throw DatasetError(
        file: path,
        problem: "its content has SHA-256 \(found), but \(index.contentSHA256) is recorded: it was "
          + "changed after it was written",
        remedy: "build the dataset anew")
    }
  }

  /// Copies what a group holds, and the groups in it.
  private static func copy(
    _ group: String, of file: HDF5File, to new: borrowing HDF5Writer
  ) throws {
    if group != "/" { try new.createGroup(group) }
    try copyAttributes(group, of: file, to: new)
    for member in try file.members(of: group) {
      let path = group == "/" ? "/\(member)" : "\(group)/\(member)"
      guard let dataset = try? file.dataset(path) else {
        try copy(path, of: file, to: new)
        continue
      }
      switch dataset.type {
      case .integer(8, true): try copy(dataset, as: Int8.self, path, to: new)
      case .integer(16, true): try copy(dataset, as: Int16.self, path, to: new)
      case .integer(32, true): try copy(dataset, as: Int32.self, path, to: new)
      case .integer(_, true): try copy(dataset, as: Int64.self, path, to: new)
      case .integer(8, false): try copy(dataset, as: UInt8.self, path, to: new)
      case .integer(16, false): try copy(dataset, as: UInt16.self, path, to: new)
      case .integer(32, false): try copy(dataset, as: UInt32.self, path, to: new)
      case .integer(_, false): try copy(dataset, as: UInt64.self, path, to: new)
      case .float(64): try copy(dataset, as: Double.self, path, to: new)
      case .float: try copy(dataset, as: Float.self, path, to: new)
      case .string:
        try new.write(path, try dataset.read(as: String.self), shape: try dataset.shape)
      case .other:
        throw DatasetError(file: file.path, record: path, problem: "it holds \(dataset.type)")
      }
      try copyAttributes(path, of: file, to: new)
    }
  }

  /// Copies a dataset of numbers, some rows at a time.
  private static func copy<Number: HDF5Number>(
    _ dataset: HDF5Dataset, as type: Number.Type, _ path: String, to new: borrowing HDF5Writer
  ) throws {
    let shape = try dataset.shape
    let target = try new.createDataset(path, of: type, shape: shape)
    let row = shape.dropFirst().reduce(MemoryLayout<Number>.size, *)
    let rows = shape.first ?? 1
    for start in stride(from: 0, to: rows, by: max(1, (8 << 20) / max(1, row))) {
      let end = min(rows, start + max(1, (8 << 20) / max(1, row)))
      try target.append(try dataset.read(as: type, rows: .range(start..<end)))
    }
  }

  private static func copyAttributes(
    _ object: String, of file: HDF5File, to new: borrowing HDF5Writer
  ) throws {
    for name in try file.attributeNames(of: object) {
      if object == "/" && name == "schema_version" {
        try new.setAttribute(name, to: DatasetSchema.version)
      } else if let text = try? file.attribute(name, of: object, as: String.self) {
        try new.setAttribute(name, to: text, of: object)
      } else if let number = try? file.attribute(name, of: object, as: Int.self) {
        try new.setAttribute(name, to: number, of: object)
      } else if let number = try? file.attribute(name, of: object, as: Double.self) {
        try new.setAttribute(name, to: number, of: object)
      } else {
        let texts = try file.attribute(name, of: object, as: [String].self)
        try new.setAttribute(name, to: texts, of: object)
      }
    }
  }
}
