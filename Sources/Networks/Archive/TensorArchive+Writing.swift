public import Files

extension TensorArchive {
  /// Whether the file carries a digest of its own bytes, as checkpoints and feature archives do.
  public enum Seal: Sendable {
    /// Byte for byte what the reference implementation writes.
    case none
    /// With the SHA-256 of all bytes in the metadata (computed with zeros in the digest's place).
    case sha256
  }

  /// Writes the file atomically: old bytes or new ones, nothing between.
  public func write(
    to path: String, seal: Seal = .none, on files: any FileSystem = .posix
  ) throws {
    try AtomicFile.write(path, on: files) { append in
      try chunks(seal: seal) { try append($0) }
    }
  }

  /// The bytes of the file.
  public func serialized(seal: Seal = .none) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    chunks(seal: seal) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Bytes of the tensors together: the file's size but for the header.
  public var byteCount: Int { entries.reduce(0) { $0 + $1.bytes.count } }

  /// Passes the bytes of the file on, in order: the header, then each tensor.
  ///
  /// Tensors and their header stand in the order of the reference implementation: by type, the
  /// widest first, then by name.
  public func chunks(
    seal: Seal, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    let ordered = entries.sorted {
      $0.type == $1.type
        ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : $0.type.rank > $1.type.rank
    }
    var words = metadata
    words[Self.sealKey] = seal == .none ? metadata[Self.sealKey] : Self.openSeal
    var header = Self.header(words, ordered)
    if seal == .sha256 {
      words[Self.sealKey] = Self.digest(header, ordered.map(\.bytes))
      header = Self.header(words, ordered)
    }
    try header.withUnsafeBytes(sink)
    for entry in ordered where !entry.bytes.isEmpty { try entry.bytes.withUnsafeBytes(sink) }
  }

  /// What stands for the digest while it is computed.
  private static let openSeal = String(repeating: "0", count: 64)

  private static func digest(_ header: [UInt8], _ tensors: [[UInt8]]) -> String {
    var digest = Digest()
    digest.add(header)
    for bytes in tensors { digest.add(bytes) }
    return digest.hexadecimal
  }

  /// The length and the padded JSON.
  private static func header(_ metadata: [String: String], _ entries: [Entry]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let words = metadata.sorted { $0.key < $1.key }
        .map { quoted($0.key) + ":" + quoted($0.value) }
      members.append("\"\(metadataKey)\":{\(words.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        quoted(entry.name) + ":{\"dtype\":\"\(entry.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + entry.bytes.count)]}")
      offset += entry.bytes.count
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    json += Array(repeating: 0x20, count: (8 - json.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
  }

  /// A JSON string, escaped as the reference implementation does: only what must be.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\0"..<" ":
        result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Throws unless `seal` is the digest of these bytes with zeros in its place.
  func checkSeal(
    _ seal: String, header: [UInt8], order: [SafetensorsHeader.Tensor]
  ) throws(ArchiveError) {
    let pattern = Array("\"\(Self.sealKey)\":\"\(seal)\"".utf8)
    let start = header.indices.first { header[$0...].starts(with: pattern) }
    guard let start, seal.utf8.count == 64 else {
      throw ArchiveError(file: source, problem: "the SHA-256 in the metadata is not one")
    }
    var open = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header
    let first = 8 + start + pattern.count - 65
    for place in first..<first + 64 { open[place] = UInt8(ascii: "0") }
    let bytes = order.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
      .map { self[$0.name]!.bytes }
    if Self.digest(open, bytes) != seal {
      throw ArchiveError(
        file: source, problem: "is damaged: its bytes do not have the SHA-256 it names")
    }
  }
}
