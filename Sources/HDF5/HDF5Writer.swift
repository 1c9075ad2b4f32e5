internal import CHDF5
public import Files

/// An HDF5 file that is being written.
///
///     let file = try HDF5Writer(creating: "numbers.h5")
///     try file.write("numbers", [1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
///     try file.setAttribute("unit", to: "meter", of: "numbers")
///     try file.commit()
///
/// Files are never changed in place: a new one is written under another name in the same folder.
/// `commit()` makes it durable, reads all of it back, compares it with what was handed in, and only
/// then gives it its name, so that readers see the old content or the new, never a part. Where
/// anything fails, the old file stays.
public struct HDF5Writer: ~Copyable {
  private let file: NewFile

  /// Begins a new file that `commit()` will put at `path`.
  ///
  /// - Parameter files: what writes it; a test has such as fail.
  public init(
    creating path: String, on files: any ScratchFiles = .posix
  ) throws(HDF5Error) {
    file = try NewFile(path, on: files)
  }

  /// Where the file will be after `commit()`.
  public var path: String { file.path }

  /// The datasets that are whole so far, in the order of their ends.
  public var written: [HDF5Contents] { file.log.datasets }

  /// Makes a group, and those above it.
  public func createGroup(_ name: String) throws(HDF5Error) {
    let (id, links) = (file.id, file.linkCreation.id)
    _ = try NewFile.Object("H5Gcreate2", Place(path: path, object: name), in: file) {
      H5Gcreate2(id, name, links, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
  }

  /// Makes a dataset of this shape, and the groups above it, whose rows are then appended.
  public func createDataset<E: HDF5Number>(
    _ name: String, of element: E.Type, shape: [Int]
  ) throws(HDF5Error) -> HDF5NewDataset<E> {
    try HDF5NewDataset(name, shape, E.hdf5Type, in: file)
  }

  /// Writes a whole new dataset; without a shape it has one axis.
  public func write<E: HDF5Element>(
    _ name: String, _ values: [E], shape: [Int]? = nil
  ) throws(HDF5Error) {
    let place = Place(path: path, object: name)
    let shape = shape ?? [values.count]
    guard shape.checkedProduct == values.count else {
      throw place.error("write", "\(values.count) values cannot fill shape \(shape)")
    }
    try file.requireNoZeros(values, place)
    let type = E.withStored(values) { type, _ in type }
    let dataset = try HDF5NewDataset<E>(name, shape, type, in: file)
    try dataset.append(values)
  }

  /// Adds an attribute to a dataset or group. Texts in attributes have any length, so that Python
  /// has them as `str`.
  public func setAttribute<Value: HDF5AttributeValue>(
    _ name: String, to value: Value, of object: String = "/"
  ) throws(HDF5Error) {
    let (id, list) = (file.id, file.linkAccess.id)
    let place = Place(path: path, object: object)
    let owner = try NewFile.Object("H5Oopen", place, in: file) { H5Oopen(id, object, list) }
    try file.write(value, as: name, of: owner.id, place.at("\(object)@\(name)"))
    file.log.add(name, value.attributeElements, of: object)
  }

  /// Closes the file, makes it durable, compares it with what was handed in, and gives it its name.
  /// Datasets that are not whole are an error.
  public consuming func commit() throws(HDF5Error) {
    if let name = file.log.unfinished.min() {
      throw Place(path: path, object: name).error("commit", "rows of it were not written")
    }
    let sealed = file.log.attributes.filter { $0.object == "/" }
    try setAttribute(Seal.names, to: sealed.map(\.name))
    try setAttribute(Seal.seal, to: Digest.hexadecimal(sealed.map(\.line).joined()))
    let (log, path) = (file.log, path)
    try file.commit { temporary throws(HDF5Error) in
      try log.compare(with: temporary, for: path)
    }
  }
}
