internal import CHDF5

/// An open dataset: an array of elements of one type. It keeps its file open.
public struct HDF5Dataset: ~Copyable, Sendable {
  /// The type of the elements in the file.
  public let type: HDF5Type
  let handle: Handle
  let place: Place
  private let file: OpenFile

  init(_ handle: consuming Handle, in file: OpenFile, _ place: Place) throws(HDF5Error) {
    let id = handle.id
    let typeHandle = try Handle("H5Dget_type", place) { H5Dget_type(id) }
    let list = try Handle("H5Dget_create_plist", place) { H5Dget_create_plist(id) }
    let layout = try check("H5Pget_layout", place) { H5Pget_layout(list.id).rawValue }
    var files: Int32 = 0
    if layout == H5D_CONTIGUOUS.rawValue {
      files = try check("H5Pget_external_count", place) { H5Pget_external_count(list.id) }
    }
    guard layout != H5D_VIRTUAL.rawValue, files == 0 else {
      throw place.error(
        "open", "its data lie in other files, which are not followed; copy them into this file")
    }
    let type = try HDF5Type(id: typeHandle.id, place)
    self.type = type
    self.handle = handle
    self.file = file
    self.place = place
  }

  /// The sizes of the axes; empty for a single value.
  public var shape: [Int] {
    get throws(HDF5Error) {
      let space = try self.space()
      return try space.shape(place)
    }
  }

  /// Where the elements start in the file, in bytes, when they lie there in one piece as they are;
  /// nil for chunked, compact and empty datasets.
  public var fileOffset: Int? {
    get throws(HDF5Error) {
      let id = handle.id
      let list = try Handle("H5Dget_create_plist", place) { H5Dget_create_plist(id) }
      let layout = try check("H5Pget_layout", place) { H5Pget_layout(list.id).rawValue }
      guard layout == H5D_CONTIGUOUS.rawValue else { return nil }
      var offset = UInt64.max
      // An undefined address is a value here, not a failure, so the status is made up.
      _ = try check("H5Dget_offset", place) { () -> Int32 in
        offset = UInt64(H5Dget_offset(id))
        return 0
      }
      return offset == .max ? nil : Int(exactly: offset)
    }
  }

  /// The elements of the chosen rows, row by row, the last axis fastest.
  ///
  /// Throws when the stored type cannot be read as `E` without loss, when rows lie outside, and
  /// when the result would be larger than the limit given on opening the file.
  public func read<E: HDF5Element>(
    as type: E.Type = E.self, rows: HDF5Rows = .all
  ) throws(HDF5Error) -> [E] {
    guard E.hdf5Type.canHold(self.type) else {
      let problem = "it holds \(self.type), which is not read as \(E.hdf5Type)"
      throw place.error("read", problem + (self.type.remedy.map { "; \($0)" } ?? ""))
    }
    return try E.elements(of: self, rows: rows)
  }

  /// Writes `values` over whole rows, starting at `row`.
  public func write<E: HDF5Element>(_ values: [E], atRow row: Int = 0) throws(HDF5Error) {
    guard type.canHold(E.hdf5Type) else {
      throw place.error("write", "it holds \(type), and \(E.hdf5Type) was given")
    }
    try E.write(values, to: self, atRow: row)
  }

  /// Adds whole rows at the end of a chunked dataset.
  public func append<E: HDF5Element>(_ values: [E]) throws(HDF5Error) {
    var shape = try self.shape
    guard !shape.isEmpty, let row = Array(shape.dropFirst()).checkedProduct, row > 0,
      values.count.isMultiple(of: row)
    else {
      throw place.error("append", "\(values.count) values are no whole rows of shape \(shape)")
    }
    let old = shape.map { hsize_t($0) }
    let first = shape[0]
    shape[0] += values.count / row
    let sizes = shape.map { hsize_t($0) }
    let id = handle.id
    _ = try check("H5Dset_extent", place) { H5Dset_extent(id, sizes) }
    do throws(HDF5Error) { try write(values, atRow: first) } catch {
      // Values that were refused leave no empty rows behind.
      _ = try check("H5Dset_extent", place) { H5Dset_extent(id, old) }
      throw error
    }
  }

  /// The extent of the dataset as the library sees it now.
  func space() throws(HDF5Error) -> Handle {
    let id = handle.id
    return try Handle("H5Dget_space", place) { H5Dget_space(id) }
  }

  /// Throws when `bytes` is more than one read may return.
  func checkLimit(_ bytes: Int?) throws(HDF5Error) {
    guard let bytes, bytes <= file.readLimit else {
      throw place.error(
        "read",
        "\(bytes.map(String.init) ?? "more than 2^63") bytes exceed the limit of "
          + "\(file.readLimit); read fewer rows, or open the file with a higher limit")
    }
  }
}

extension Handle {
  /// The shape of this data space.
  func shape(_ place: Place) throws(HDF5Error) -> [Int] {
    let id = self.id
    let kind = try check("H5Sget_simple_extent_type", place) {
      H5Sget_simple_extent_type(id).rawValue
    }
    if kind == H5S_NULL.rawValue {
      throw place.error("shape", "it holds no data (null data space)")
    }
    let rank = try check("H5Sget_simple_extent_ndims", place) { H5Sget_simple_extent_ndims(id) }
    var sizes = [hsize_t](repeating: 0, count: Int(rank))
    _ = try check("H5Sget_simple_extent_dims", place) {
      H5Sget_simple_extent_dims(id, &sizes, nil)
    }
    var shape: [Int] = []
    for size in sizes {
      guard let size = Int(exactly: size) else { throw place.error("shape", "a size of \(size)") }
      shape.append(size)
    }
    return shape
  }

  /// Selects whole rows of a data space of this shape.
  func select(_ rows: Range<Int>, of shape: [Int], _ place: Place) throws(HDF5Error) {
    guard !shape.isEmpty else { return }
    let start = [hsize_t(rows.lowerBound)] + [hsize_t](repeating: 0, count: shape.count - 1)
    let count = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
    let id = self.id
    _ = try check("H5Sselect_hyperslab", place) {
      H5Sselect_hyperslab(id, H5S_SELECT_SET, start, nil, count, nil)
    }
  }
}
