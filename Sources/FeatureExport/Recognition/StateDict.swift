internal import Networks

/// Named tensors of a file of weights; their numbers are read when they are asked for, so that what
/// is left out costs nothing.
struct StateDict {
  /// A tensor without its numbers.
  struct Tensor {
    let name: String
    let type: ElementType
    let shape: [Int]
  }

  /// The file in errors.
  let source: String
  /// The tensors in the order of the file.
  let tensors: [Tensor]
  private let places: [String: Int]
  private let bytes: (_ index: Int) throws(ArchiveError) -> [UInt8]

  /// Tensors of which `bytes` gives the elements, row-major and little endian; names are unique.
  init(
    source: String, tensors: [Tensor],
    bytes: @escaping (_ index: Int) throws(ArchiveError) -> [UInt8]
  ) {
    (self.source, self.tensors, self.bytes) = (source, tensors, bytes)
    places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  /// The tensors of an archive.
  init(_ archive: TensorArchive) {
    let entries = archive.entries
    self.init(
      source: archive.source,
      tensors: entries.map { .init(name: $0.name, type: $0.type, shape: $0.shape) }
    ) { (index) throws(ArchiveError) in entries[index].bytes }
  }

  /// The tensor called `name`.
  subscript(name: String) -> Tensor? { places[name].map { tensors[$0] } }

  /// A tensor with its numbers.
  func entry(_ tensor: Tensor) throws(ArchiveError) -> TensorArchive.Entry {
    let bytes = try bytes(places[tensor.name]!)
    guard tensor.type.byteCount(of: tensor.shape) == bytes.count else {
      throw ArchiveError(
        file: source, tensor: tensor.name, problem: "has \(bytes.count) bytes, not its shape's")
    }
    return .init(name: tensor.name, type: tensor.type, shape: tensor.shape, bytes: bytes)
  }

  /// The tensors whose names begin with `prefix`, without it.
  func without(prefix: String) -> StateDict {
    let kept = tensors.indices.filter { tensors[$0].name.hasPrefix(prefix) }
    return StateDict(
      source: source,
      tensors: kept.map {
        let tensor = tensors[$0]
        return .init(
          name: String(tensor.name.dropFirst(prefix.count)), type: tensor.type, shape: tensor.shape)
      }
    ) { (index) throws(ArchiveError) in try bytes(kept[index]) }
  }
}
