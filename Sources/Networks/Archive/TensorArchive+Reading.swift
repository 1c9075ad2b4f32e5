public import Files

extension TensorArchive {
  /// The longest header the format allows.
  static let headerLimit = 100_000_000

  /// The archive in a file. Refused with the file and the tensor named: headers that are too long
  /// or not as the format asks, names that stand twice, shapes that do not fit their bytes, bytes
  /// that belong to no tensor or to two, and sealed archives whose bytes have changed.
  public init(
    reading path: String, on files: any FileSystem = .posix
  ) throws(ArchiveError) {
    let size: Int
    do { size = try files.size(path) } catch { throw Self.unreadable(path, error) }
    try self.init(source: path, size: size) { (offset, count) throws(ArchiveError) in
      do throws(FileError) { return try files.read(path, at: offset, count: count) } catch {
        throw Self.unreadable(path, error)
      }
    }
  }

  /// The archive in these bytes; `source` stands for the file in errors.
  public init(bytes: [UInt8], source: String) throws(ArchiveError) {
    try self.init(source: source, size: bytes.count) { offset, count in
      Array(bytes.dropFirst(offset).prefix(count))
    }
  }

  private static func unreadable(_ path: String, _ error: FileError) -> ArchiveError {
    ArchiveError(file: path, problem: "cannot be read: \(error.problem)")
  }

  private init(
    source: String, size: Int,
    read: (_ offset: Int, _ count: Int) throws(ArchiveError) -> [UInt8]
  ) throws(ArchiveError) {
    func failure(_ problem: String, tensor: String? = nil) -> ArchiveError {
      ArchiveError(file: source, tensor: tensor, problem: problem)
    }
    guard size >= 8 else { throw failure("is no safetensors file: it has only \(size) bytes") }
    let lengthBytes = try read(0, 8)
    guard lengthBytes.count == 8 else { throw failure("ends while it is read") }
    let length = lengthBytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.headerLimit else {
      throw failure("is no safetensors file: a header of \(length) bytes is over the limit")
    }
    guard Int(length) <= size - 8 else {
      throw failure(
        "is cut off: the header has \(length) bytes and the file only \(size - 8) after its length")
    }
    let headerBytes = try read(8, Int(length))
    guard headerBytes.count == Int(length) else { throw failure("ends while it is read") }
    let header: SafetensorsHeader
    do { header = try SafetensorsHeader(parsing: headerBytes) } catch {
      throw failure(error.problem, tensor: error.tensor)
    }
    try Self.checkCover(header.tensors, bytes: size - 8 - Int(length), source: source)

    self.init(metadata: header.metadata, source: source)
    for tensor in header.tensors {
      let bytes = try read(8 + Int(length) + tensor.begin, tensor.end - tensor.begin)
      guard bytes.count == tensor.end - tensor.begin else {
        throw failure("ends while it is read", tensor: tensor.name)
      }
      append(Entry(name: tensor.name, type: tensor.type, shape: tensor.shape, bytes: bytes))
    }
    if let seal = metadata[Self.sealKey] {
      try checkSeal(seal, header: headerBytes, order: header.tensors)
    }
  }

  /// Throws unless the tensors lie back to back and end where the file ends.
  private static func checkCover(
    _ tensors: [SafetensorsHeader.Tensor], bytes: Int, source: String
  ) throws(ArchiveError) {
    var end = 0
    for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      if tensor.begin != end {
        throw ArchiveError(
          file: source, tensor: tensor.name,
          problem: "begins at byte \(tensor.begin) where the one before ends at \(end)")
      }
      end = tensor.end
      if end > bytes {
        throw ArchiveError(
          file: source, tensor: tensor.name,
          problem: "is cut off: it ends at byte \(end) of \(bytes)")
      }
    }
    if end != bytes {
      throw ArchiveError(file: source, problem: "\(bytes - end) bytes belong to no tensor")
    }
  }
}
