internal import Files

/// An HDF5 file, open for reading.
///
///     let file = try HDF5File(reading: "numbers.h5")
///     let numbers = try file.read("numbers", as: Float.self)
///
/// What this program writes, and most of what others do, is read by this module's own reader, which
/// checks every place and size before it believes it. The library reads only what that one does
/// not know, in a process of its own (`ForeignFile`).
public struct HDF5File: Sendable {
  /// Where the file is.
  public let path: String
  /// Whether the file notes what its attributes and elements were when it was written. The
  /// attributes were compared; elements are, when a dataset is read as a whole.
  public let isSealed: Bool
  /// Whether the library copied it, because its form is not one of ours.
  private let isCopy: Bool
  private let file: ByteFile
  private let root: StoredNode
  private let limit: Int

  /// Opens a file for reading, without locks, so that read-only folders do.
  ///
  /// - Parameter limit: the most bytes one read may return; by default the file's size and 64 MiB,
  ///   so that a damaged or hostile file cannot ask for all memory.
  public init(reading path: String, limit: Int? = nil) throws(HDF5Error) {
    var file = try ByteFile(path)
    let place = Place(path: path)
    do throws(Fault) {
      root = try TreeReader.root(of: file)
      isCopy = false
    } catch {
      guard case .unknown(let words) = error else { throw place.error("open", error) }
      (file, root) = try ForeignFile.copy(of: path, because: words)
      isCopy = true
    }
    (self.path, self.file, self.limit) = (path, file, limit ?? file.size + 64 << 20)
    // What the library read is not what a file's own digests count.
    isSealed = isCopy ? false : try Seal.isIntact(root, file, place)
  }

  /// The names in a group, sorted by bytes.
  public func members(of group: String = "/") throws(HDF5Error) -> [String] {
    guard case .group(let members, _) = try node(group) else {
      throw Place(path: path, object: group).error("list", "it is a dataset, not a group")
    }
    return members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a dataset or group of this name can be reached.
  public func contains(_ name: String) throws(HDF5Error) -> Bool { find(name) != nil }

  /// Throws unless the file notes what it was when it was written, and every dataset is that.
  public func verify() throws(HDF5Error) {
    guard isSealed else {
      throw Place(path: path).error("verify", "it does not note what it held when it was written")
    }
    try verify(in: "/")
  }

  private func verify(in group: String) throws(HDF5Error) {
    for name in try members(of: group) {
      let path = group == "/" ? "/\(name)" : "\(group)/\(name)"
      if case .group = try node(path) {
        try verify(in: path)
      } else {
        try dataset(path).verify()
      }
    }
  }

  /// A dataset.
  public func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let place = Place(path: path, object: name)
    guard case .dataset(let stored, let attributes) = try node(name) else {
      throw place.error("open", "it is a group, not a dataset")
    }
    let recorded = try attributes.first { $0.name == Seal.digest }.map {
      (noted) throws(HDF5Error) in
      try noted.elements(String.self, file, place.at("\(name)@\(noted.name)")).first ?? ""
    }
    return HDF5Dataset(
      recordedDigest: isCopy ? nil : recorded, stored: stored, isCopy: isCopy, file: file,
      place: place, limit: limit)
  }

  /// Reads rows of a dataset.
  public func read<E: HDF5Element>(
    _ name: String, as type: E.Type = E.self, rows: HDF5Rows = .all
  ) throws(HDF5Error) -> [E] {
    try dataset(name).read(as: type, rows: rows)
  }

  /// The shape of a dataset; empty for a single value.
  public func shape(of name: String) throws(HDF5Error) -> [Int] { try dataset(name).shape }

  /// The names of the attributes of a dataset or group, sorted by bytes.
  public func attributeNames(of object: String = "/") throws(HDF5Error) -> [String] {
    // A copy has some that the file has not.
    let added = isCopy ? [Seal.digest, Seal.names, Seal.seal, ForeignFile.unread] : []
    return try node(object).attributes.map(\.name).filter { !added.contains($0) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The attribute of a dataset or group; throws when it is missing or of another kind.
  public func attribute<Value: HDF5AttributeValue>(
    _ name: String, of object: String = "/", as kind: Value.Type = Value.self
  ) throws(HDF5Error) -> Value {
    let place = Place(path: path, object: "\(object)@\(name)")
    guard let stored = try node(object).attributes.first(where: { $0.name == name }) else {
      throw place.error("open", "there is no such attribute")
    }
    guard let shape = stored.shape, let count = shape.checkedProduct, shape.count <= 1,
      Value.isArray || count == 1
    else {
      throw place.error("read", "its shape \(stored.shape ?? []) is not that of \(Value.self)")
    }
    return Value(attributeElements: try stored.elements(Value.Single.self, file, place))
  }

  /// The line that the seal of a file has for an attribute; nil where there is none.
  func line(of attribute: String, in object: String) throws(HDF5Error) -> String? {
    let found = try node(object).attributes.first { $0.name == attribute }
    return try found?.line(file, Place(path: path, object: object))
  }

  private func node(_ name: String) throws(HDF5Error) -> StoredNode {
    guard let node = find(name) else {
      let reason = ForeignFile.reason(for: name, in: root, file)
      throw Place(path: path, object: name).error("open", reason ?? "there is no such object")
    }
    return node
  }

  /// What lies at a path, links followed; nil where nothing does.
  private func find(_ name: String) -> StoredNode? {
    var (node, above) = (root, [StoredNode]())
    var rest = Array(name.split(separator: "/").map(String.init).reversed())
    var links = 0
    while let part = rest.popLast() {
      guard case .group(let members, _) = node, let next = members[part] else { return nil }
      guard case .link(let target) = next else {
        above.append(node)
        node = next
        continue
      }
      links += 1
      guard links <= 16 else { return nil }
      if target.hasPrefix("/") { (node, above) = (root, []) }
      rest += target.split(separator: "/").map(String.init).filter { $0 != "." }.reversed()
    }
    return node
  }
}
