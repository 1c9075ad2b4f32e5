internal import Files

/// What a file notes of its own content, so that what was changed later is found: every dataset has
/// the SHA-256 of its elements as an attribute, and the root has one over its attributes.
enum Seal {
  /// The attribute of a dataset: the SHA-256 of its elements, numbers as they lie in the file, each
  /// string and a zero byte.
  static let digest = "sha256"
  /// The attribute of the root with the names of those that its seal covers, in order.
  static let names = "sealed_attributes"
  /// The attribute of the root with the SHA-256 of their lines `NAME TYPE COUNT SHA256`, each ended
  /// by a line feed.
  static let seal = "sealed_sha256"

  /// The line of one attribute.
  static func line(_ name: String, _ kind: String, _ count: Int, _ digest: Digest) -> String {
    "\(name) \(kind) \(count) \(digest.hexadecimal)\n"
  }

  /// Whether the root of a file has a seal; throws where it does not fit its attributes.
  static func isIntact(
    _ root: StoredNode, _ file: ByteFile, _ place: Place
  ) throws(HDF5Error) -> Bool {
    let attributes = Dictionary(
      root.attributes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard let names = attributes[Self.names], let seal = attributes[Self.seal] else {
      return false
    }
    var lines = Digest()
    for name in try names.elements(String.self, file, place) {
      guard let attribute = attributes[name] else { throw changed(place, "'\(name)' is gone") }
      lines.add(try attribute.line(file, place))
    }
    let recorded = try seal.elements(String.self, file, place)
    guard recorded == [lines.hexadecimal] else {
      throw changed(
        place, "they have SHA-256 \(lines.hexadecimal), not \(recorded.first ?? "none")")
    }
    return true
  }

  private static func changed(_ place: Place, _ words: String) -> HDF5Error {
    place.error(
      "open", "its attributes are not those that were written: \(words)",
      remedy: "build the file anew, or copy it again")
  }
}

extension StoredAttribute {
  /// Its elements; throws where they are not of this kind.
  func elements<E: HDF5Element>(
    _: E.Type, _ file: ByteFile, _ place: Place
  ) throws(HDF5Error) -> [E] {
    guard E.hdf5Type.canHold(type.type) else {
      throw place.error("read", "it holds \(type.type), which is not read as \(E.hdf5Type)")
    }
    if E.self == String.self { return try strings(file, place).map { $0 as! E } }
    guard let number = E.self as? any HDF5Number.Type else { return [] }
    return numbers(number).map { $0 as! E }
  }

  private func numbers<Number: HDF5Number>(_: Number.Type) -> [Number] {
    let count = bytes.count / type.size
    return [Number](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let target = buffer.baseAddress, count > 0 else { return }
      bytes.withUnsafeBytes { Number.convert($0, type, to: target) }
      filled = count
    }
  }

  private func strings(_ file: ByteFile, _ place: Place) throws(HDF5Error) -> [String] {
    var heap = StringHeap(file)
    var strings: [String] = []
    var failure: HDF5Error?
    bytes.withUnsafeBytes { raw in
      do throws(HDF5Error) {
        try type.forEachText(raw, &heap, place) { text throws(HDF5Error) in
          guard let string = String(validating: text, as: UTF8.self) else {
            throw place.error("read", "it is not UTF-8")
          }
          strings.append(string)
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return strings
  }

  /// The line of the seal that this attribute has.
  func line(_ file: ByteFile, _ place: Place) throws(HDF5Error) -> String {
    var digest = Digest()
    switch type.type {
    case .string: String.add(try strings(file, place), to: &digest)
    case .integer, .float, .other: digest.add(bytes)
    }
    return Seal.line(name, type.type.kind, bytes.count / type.size, digest)
  }
}
