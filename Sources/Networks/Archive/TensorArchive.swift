internal import Text

/// Named tensors and a few words about them, as one safetensors file holds them.
///
/// A value: tensors are bytes in memory, and names are unique. Read with `init(reading:)`,
/// strictly; write with `write(to:)`, atomically. PyTorch users open the same file with
/// `safetensors.torch.load_file`.
///
/// - Source: the safetensors format, github.com/huggingface/safetensors.
public struct TensorArchive: Sendable {
  /// One tensor: its name and type, and its elements row-major and little endian.
  public struct Entry: Sendable, Hashable {
    /// The full name, such as `conv1.weight`.
    public let name: String
    /// The type of the elements.
    public let type: ElementType
    /// The size along each axis; empty for a single number.
    public let shape: [Int]
    /// The elements.
    public let bytes: [UInt8]

    /// A tensor; traps where the bytes do not fill the shape.
    public init(name: String, type: ElementType, shape: [Int], bytes: [UInt8]) {
      precondition(
        type.byteCount(of: shape) == bytes.count,
        "TensorArchive: \(bytes.count) bytes cannot fill \(name), \(type.rawValue) \(shape)")
      self.name = name
      self.type = type
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// Words about the tensors: what `__metadata__` holds.
  public var metadata: [String: String]
  /// The tensors in the order they were added or stood in the file.
  public private(set) var entries: [Entry] = []
  /// The file in error messages.
  public var source: String
  private var places: [String: Int] = [:]

  /// An archive without tensors.
  public init(metadata: [String: String] = [:], source: String = "archive in memory") {
    self.metadata = metadata
    self.source = source
  }

  /// Whether the file names the digest of its bytes; readers have checked it then.
  public var isSealed: Bool { metadata[Self.sealKey] != nil }

  /// The names in order.
  public var names: [String] { entries.map(\.name) }

  /// The tensor called `name`.
  public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// Adds a tensor; traps where the name is taken.
  public mutating func add(_ entry: Entry) {
    precondition(isFree(entry.name), "TensorArchive: two tensors named '\(entry.name)'")
    append(entry)
  }

  /// The tensor called `name`; the error names the archive and the closest names.
  public func entry(_ name: String) throws(ArchiveError) -> Entry {
    guard let entry = self[name] else {
      let near = names.sorted(byLikenessTo: name).prefix(3)
      let hint = near.isEmpty ? "the file is empty" : "closest: \(near.joined(separator: ", "))"
      throw ArchiveError(file: source, tensor: name, problem: "is missing; \(hint)")
    }
    return entry
  }

  func isFree(_ name: String) -> Bool { places[name] == nil && name != Self.metadataKey }

  mutating func append(_ entry: Entry) {
    places[entry.name] = entries.count
    entries.append(entry)
  }

  static let metadataKey = "__metadata__"
  /// The metadata key under which a sealed archive keeps the digest of its own bytes.
  public static let sealKey = "pigment.sha256"
}
