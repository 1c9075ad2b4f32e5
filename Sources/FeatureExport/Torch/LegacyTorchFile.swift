internal import Networks

/// What `torch.save` wrote before PyTorch 1.6, and torchvision's older weights still are: pickles
/// of a magic number, a version, the writer's machine, the value and the keys of its storages, then
/// each storage behind the number of its elements.
///
/// - Source: torch/serialization.py, `_legacy_save`.
struct LegacyTorchFile {
  /// The pickle of the magic number 0x1950A86A20F9469CFC6C.
  static let signature: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  private let file: FileBytes
  let value: PickleValue
  /// The reader with the containers of `value`.
  let pickle: PickleReader
  /// Where the number of elements of each storage stands.
  private let places: [String: Int]

  init(_ file: FileBytes) throws(ArchiveError) {
    self.file = file
    var reader = PickleReader(ByteStream(file, "a pickle"))
    _ = try reader.value()
    guard case .integer(1001) = try reader.value() else {
      throw reader.failure("is of an unknown version of PyTorch's format before 1.6")
    }
    _ = try reader.value()
    value = try reader.value()
    guard case .list(let list) = try reader.value() else { throw reader.damaged }
    var sizes: [String: Int] = [:]
    for storage in reader.storages.values {
      sizes[storage.key] = try storage.byteCount(in: file.path)
    }
    var (places, place) = ([String: Int](), reader.stream.position)
    for item in reader.lists[list] {
      guard case .text(let key) = item, let size = sizes[key] else { throw reader.damaged }
      guard size <= file.size - 8, place <= file.size - 8 - size else {
        throw reader.failure("is cut off: storage '\(key)' of \(size) bytes is not in it")
      }
      guard places.updateValue(place, forKey: key) == nil else { throw reader.damaged }
      place += 8 + size
    }
    (self.places, pickle) = (places, reader)
  }

  /// The bytes of a storage.
  func bytes(of storage: TorchStorage) throws(ArchiveError) -> [UInt8] {
    guard let place = places[storage.key] else {
      throw pickle.failure("is damaged: there is no storage '\(storage.key)'")
    }
    var head = ByteStream(
      try file.bytes(at: place, count: 8), of: file.path, "the size of a storage")
    guard try head.size() == storage.count else {
      throw pickle.failure("is damaged: storage '\(storage.key)' has another size than it says")
    }
    return try file.bytes(at: place + 8, count: try storage.byteCount(in: file.path))
  }
}
