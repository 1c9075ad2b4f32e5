internal import CHDF5

/// An HDF5 file, open for reading or being written anew. It is closed when its owner goes away.
///
///     let file = try HDF5File(creating: "numbers.h5")
///     try file.write("numbers", [1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
///     try file.setAttribute("unit", to: "meter", of: "numbers")
///     try file.commit()
///
/// Files are never changed in place: a new one is written under a temporary name in the same folder
/// and takes its own name in `commit()`, so readers see the old content or the new, never a part.
public struct HDF5File: ~Copyable, Sendable {
  let file: OpenFile

  /// Opens a file for reading, without locks, so that read-only folders do.
  ///
  /// - Parameter limit: the most bytes one read may return; by default the file's size and 256 MiB,
  ///   so that a damaged or hostile file cannot ask for all memory.
  public init(reading path: String, limit: Int? = nil) throws(HDF5Error) {
    file = try OpenFile(reading: path, limit: limit)
  }

  /// Begins a new file that `commit()` will put at `path`.
  public init(creating path: String) throws(HDF5Error) { file = try OpenFile(creating: path) }

  /// Where the file is, or will be after `commit()`.
  public var path: String { file.path }

  /// Closes a new file, makes it durable and gives it its name. Datasets still open become
  /// unusable.
  public consuming func commit() throws(HDF5Error) { try file.commit() }

  /// The names in a group, sorted by the library (by bytes).
  public func members(of group: String = "/") throws(HDF5Error) -> [String] {
    let place = Place(path: path, object: group)
    let handle = try open(group)
    return try names("H5Literate", place) { chdf5_each_link(handle.id, $0, $1) }
  }

  /// Whether a dataset or group of this name can be reached.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    var reached = ""
    for part in name.split(separator: "/") {
      reached += "/\(part)"
      let (id, path) = (file.id, reached)
      let list = file.linkAccess.id
      let place = Place(path: self.path, object: name)
      guard try check("H5Lexists", place, { H5Lexists(id, path, list) }) > 0,
        // The link is there; a soft one may lead nowhere.
        try check("H5Oexists_by_name", place, { H5Oexists_by_name(id, path, list) }) > 0
      else { return false }
    }
    return true
  }

  /// Makes a group, and those above it.
  public func createGroup(_ name: String) throws(HDF5Error) {
    let (id, links) = (file.id, file.linkCreation.id)
    _ = try Handle("H5Gcreate2", Place(path: path, object: name)) {
      H5Gcreate2(id, name, links, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
  }

  /// Opens a dataset. Links into other files are refused.
  public func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let place = Place(path: path, object: name)
    let handle = try open(name)
    let id = handle.id
    guard try check("H5Iget_type", place, { H5Iget_type(id).rawValue }) == H5I_DATASET.rawValue
    else { throw place.error("open", "it is a group, not a dataset") }
    return try HDF5Dataset(handle, in: file, place)
  }

  /// Makes a dataset of this shape, and the groups above it; a chunked one can grow by `append`.
  ///
  /// - Parameter type: the stored type where it is not the usual one of `E`, such as
  ///   `.string(bytes: 16)`.
  public func createDataset<E: HDF5Element>(
    _ name: String, of element: E.Type, shape: [Int], layout: HDF5Layout = .contiguous,
    type: HDF5Type = E.hdf5Type
  ) throws(HDF5Error) -> HDF5Dataset {
    let place = Place(path: path, object: name)
    guard shape.checkedProduct != nil else { throw place.error("create", "shape \(shape)") }
    var limits = shape.map { hsize_t($0) }
    var chunk: [hsize_t]?
    var deflate = 0
    if case .chunked(let rows, let level) = layout {
      guard !shape.isEmpty, rows > 0, rows < 1 << 31, 0...9 ~= level else {
        throw place.error("create", "shape \(shape) cannot lie in \(layout)")
      }
      limits[0] = chdf5_unlimited()
      chunk = [hsize_t(rows)] + shape.dropFirst().map { hsize_t(max(1, $0)) }
      deflate = level
    }
    let sizes = shape.map { hsize_t($0) }
    let space = try Handle("H5Screate_simple", place) {
      H5Screate_simple(Int32(sizes.count), sizes, limits)
    }
    let list = try Handle("H5Pcreate", place) {
      chdf5_dataset_creation(Int32(sizes.count), chunk, UInt32(deflate))
    }
    let typeHandle = try type.handle(place)
    let (id, links) = (file.id, file.linkCreation.id)
    let handle = try Handle("H5Dcreate2", place) {
      H5Dcreate2(id, name, typeHandle.id, space.id, links, list.id, hid_t(H5P_DEFAULT))
    }
    return try HDF5Dataset(handle, in: file, place)
  }

  /// Writes a whole new dataset; without a shape it has one axis.
  public func write<E: HDF5Element>(
    _ name: String, _ values: [E], shape: [Int]? = nil, layout: HDF5Layout = .contiguous,
    type: HDF5Type = E.hdf5Type
  ) throws(HDF5Error) {
    let shape = shape ?? [values.count]
    guard shape.checkedProduct == values.count else {
      throw Place(path: path, object: name).error(
        "write", "\(values.count) values cannot fill shape \(shape)")
    }
    let dataset = try createDataset(name, of: E.self, shape: shape, layout: layout, type: type)
    try dataset.write(values)
  }

  /// Reads rows of a dataset; `dataset(_:)` serves repeated reads better.
  public func read<E: HDF5Element>(
    _ name: String, as type: E.Type = E.self, rows: HDF5Rows = .all
  ) throws(HDF5Error) -> [E] {
    try dataset(name).read(as: type, rows: rows)
  }

  /// The shape of a dataset; empty for a single value.
  public func shape(of name: String) throws(HDF5Error) -> [Int] { try dataset(name).shape }

  /// Opens any object by name.
  func open(_ name: String) throws(HDF5Error) -> Handle {
    let (id, list) = (file.id, file.linkAccess.id)
    return try Handle("H5Oopen", Place(path: path, object: name)) { H5Oopen(id, name, list) }
  }
}

/// Collects the names that one of the library's iterations visits.
func names(
  _ call: String, _ place: Place,
  _ iterate: (chdf5_name_callback, UnsafeMutableRawPointer) -> herr_t
) throws(HDF5Error) -> [String] {
  var names: [String] = []
  _ = try withUnsafeMutablePointer(to: &names) { pointer throws(HDF5Error) in
    try check(call, place) {
      iterate(
        { name, data in
          guard let name, let data else { return }
          data.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
        }, pointer)
    }
  }
  return names
}
