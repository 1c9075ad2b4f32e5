internal import CHDF5

/// Reads a file by the library and copies it. Only `ForeignFile.serve` uses it, in a process of its
/// own.
final class ForeignReader {
  private let place: Place
  private let file: Handle
  private let links: Handle
  private var unread: [String] = []
  private var objects = 0

  /// Groups in one another, and objects, at most.
  private static let depth = 64, most = 1 << 20
  /// Bytes of one dataset in memory at a time.
  private static let pieceSize = 8 << 20

  init(_ path: String) throws(HDF5Error) {
    let place = Place(path: path)
    links = try Handle("H5Pcreate", place) { chdf5_link_access() }
    let access = try Handle("H5Pcreate", place) { chdf5_reading_access() }
    file = try Handle("H5Fopen", place) { chdf5_open_for_reading(path, access.id) }
    self.place = place
  }

  func copy(to new: borrowing HDF5Writer) throws(HDF5Error) {
    try copyGroup("/", depth: 0, to: new)
    if !unread.isEmpty { try new.setAttribute(ForeignFile.unread, to: unread) }
  }

  private func copyGroup(
    _ path: String, depth: Int, to new: borrowing HDF5Writer
  ) throws(HDF5Error) {
    guard depth < Self.depth else { throw place.error("open", "groups lie in one another") }
    let group = try open(path)
    if path != "/" { try new.createGroup(path) }
    try copyAttributes(of: group.id, path, to: new)
    for name in try names("H5Literate", { chdf5_each_link(group.id, $0, $1) }) {
      objects += 1
      guard objects < Self.most else { throw place.error("open", "it has too many objects") }
      let member = path == "/" ? "/\(name)" : "\(path)/\(name)"
      do throws(HDF5Error) {
        let object = try open(member)
        let kind = try check("H5Iget_type", place) { H5Iget_type(object.id).rawValue }
        if kind == H5I_GROUP.rawValue {
          try copyGroup(member, depth: depth + 1, to: new)
        } else if kind == H5I_DATASET.rawValue {
          try copyDataset(object.id, member, to: new)
          try copyAttributes(of: object.id, member, to: new)
        }
      } catch {
        // What is wrong with the copy itself ends it.
        if error.path != place.path { throw error }
        unread.append("\(member)\n\(error.detail)")
      }
    }
  }

  private func open(_ name: String) throws(HDF5Error) -> Handle {
    let (id, list) = (file.id, links.id)
    return try Handle("H5Oopen", place) { H5Oopen(id, name, list) }
  }

  private func names(
    _ call: String, _ iterate: (chdf5_name_callback, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    var names: [String] = []
    let place = place
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

  private func copyDataset(
    _ id: hid_t, _ path: String, to new: borrowing HDF5Writer
  ) throws(HDF5Error) {
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
    let type = try Handle("H5Dget_type", place) { H5Dget_type(id) }
    let space = try Handle("H5Dget_space", place) { H5Dget_space(id) }
    let shape = try shape(of: space.id)
    let kind = try self.type(type.id)
    if case .string = kind {
      let count = shape.checkedProduct ?? .max
      let texts = try strings(count, type.id) { (buffer) throws(HDF5Error) in
        _ = try check("H5Dread", place) {
          H5Dread(id, type.id, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), buffer)
        }
      }
      try new.write(path, texts, shape: shape)
      return
    }
    try copyNumbers(kind, id, space.id, path, shape, to: new)
  }

  private func copyNumbers(
    _ kind: HDF5Type, _ id: hid_t, _ space: hid_t, _ path: String, _ shape: [Int],
    to new: borrowing HDF5Writer
  ) throws(HDF5Error) {
    switch kind {
    case .integer(8, true): try copy(Int8.self, id, space, path, shape, to: new)
    case .integer(16, true): try copy(Int16.self, id, space, path, shape, to: new)
    case .integer(32, true): try copy(Int32.self, id, space, path, shape, to: new)
    case .integer(_, true): try copy(Int64.self, id, space, path, shape, to: new)
    case .integer(8, false): try copy(UInt8.self, id, space, path, shape, to: new)
    case .integer(16, false): try copy(UInt16.self, id, space, path, shape, to: new)
    case .integer(32, false): try copy(UInt32.self, id, space, path, shape, to: new)
    case .integer(_, false): try copy(UInt64.self, id, space, path, shape, to: new)
    case .float(let bits) where bits <= 32: try copy(Float.self, id, space, path, shape, to: new)
    case .float: try copy(Double.self, id, space, path, shape, to: new)
    case .string, .other:
      throw place.error(
        "read", "it holds \(kind)" + (kind.remedy.map { "; \($0)" } ?? ""))
    }
  }

  /// Copies numbers, some rows at a time.
  private func copy<Number: HDF5Number>(
    _: Number.Type, _ id: hid_t, _ space: hid_t, _ path: String, _ shape: [Int],
    to new: borrowing HDF5Writer
  ) throws(HDF5Error) {
    // Made when rows were read, so that what cannot be read leaves nothing behind.
    var target: HDF5NewDataset<Number>?
    guard let width = Array(shape.dropFirst()).checkedProduct, width > 0, shape.first != 0 else {
      _ = try new.createDataset(path, of: Number.self, shape: shape)
      return
    }
    let rows = shape.first ?? 1
    let type = try Number.hdf5Type.handle(place)
    let step = max(1, Self.pieceSize / MemoryLayout<Number>.size / width)
    for first in stride(from: 0, to: rows, by: step) {
      let count = min(step, rows - first)
      let start = [hsize_t(first)] + shape.dropFirst().map { _ in 0 }
      let sizes = [hsize_t(count)] + shape.dropFirst().map { hsize_t($0) }
      if !shape.isEmpty {
        _ = try check("H5Sselect_hyperslab", place) {
          H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, sizes, nil)
        }
      }
      let memory = try Handle("H5Screate_simple", place) {
        H5Screate_simple(Int32(shape.count), shape.isEmpty ? [] : sizes, nil)
      }
      var values = [Number](repeating: Number.nearest(to: Int64(0)), count: count * width)
      _ = try check("H5Dread", place) {
        values.withUnsafeMutableBytes {
          H5Dread(id, type.id, memory.id, space, hid_t(H5P_DEFAULT), $0.baseAddress)
        }
      }
      if target == nil {
        target = try new.createDataset(path, of: Number.self, shape: shape)
      }
      try target?.append(values)
    }
  }

  private func copyAttributes(
    of owner: hid_t, _ object: String, to new: borrowing HDF5Writer
  ) throws(HDF5Error) {
    for name in try names("H5Aiterate2", { chdf5_each_attribute(owner, $0, $1) })
    where ![Seal.digest, Seal.names, Seal.seal].contains(name) {
      let attribute = try Handle("H5Aopen", place) { H5Aopen(owner, name, hid_t(H5P_DEFAULT)) }
      let type = try Handle("H5Aget_type", place) { H5Aget_type(attribute.id) }
      let space = try Handle("H5Aget_space", place) { H5Aget_space(attribute.id) }
      guard let shape = try? shape(of: space.id), shape.count <= 1,
        let count = shape.checkedProduct, count <= 4096, let kind = try? self.type(type.id)
      else { continue }
      let id = attribute.id
      func numbers<Number: HDF5ScalarAttribute & HDF5Number>(_: Number.Type) throws(HDF5Error) {
        var values = [Number](repeating: Number.nearest(to: Int64(0)), count: count)
        let memory = try Number.hdf5Type.handle(place)
        _ = try check("H5Aread", place) {
          values.withUnsafeMutableBytes { H5Aread(id, memory.id, $0.baseAddress) }
        }
        try set(values)
      }
      func set<Value: HDF5ScalarAttribute>(_ values: [Value]) throws(HDF5Error) {
        if shape.isEmpty, let value = values.first {
          try new.setAttribute(name, to: value, of: object)
        } else {
          try new.setAttribute(name, to: values, of: object)
        }
      }
      switch kind {
      case .integer: try numbers(Int.self)
      case .float: try numbers(Double.self)
      case .string:
        try set(
          try strings(count, type.id) { (buffer) throws(HDF5Error) in
            _ = try check("H5Aread", place) { H5Aread(id, type.id, buffer) }
          })
      case .other: continue
      }
    }
  }

  private func shape(of space: hid_t) throws(HDF5Error) -> [Int] {
    let kind = try check("H5Sget_simple_extent_type", place) {
      H5Sget_simple_extent_type(space).rawValue
    }
    if kind == H5S_NULL.rawValue {
      throw place.error("shape", "it holds no data (null data space)")
    }
    let rank = try check("H5Sget_simple_extent_ndims", place) { H5Sget_simple_extent_ndims(space) }
    var sizes = [hsize_t](repeating: 0, count: Int(rank))
    _ = try check("H5Sget_simple_extent_dims", place) {
      H5Sget_simple_extent_dims(space, &sizes, nil)
    }
    let shape = sizes.compactMap { Int(exactly: $0) }
    guard shape.count == sizes.count, shape.checkedProduct != nil else {
      throw place.error("shape", "its shape \(sizes) is too large")
    }
    return shape
  }

  private func type(_ id: hid_t) throws(HDF5Error) -> HDF5Type {
    let kind = try check("H5Tget_class", place) { H5Tget_class(id).rawValue }
    let bytes = H5Tget_size(id)
    switch kind {
    case H5T_INTEGER.rawValue where bytes <= 8:
      return .integer(bits: bytes * 8, signed: H5Tget_sign(id) == H5T_SGN_2)
    case H5T_FLOAT.rawValue where bytes <= 8: return .float(bits: bytes * 8)
    case H5T_STRING.rawValue:
      let isVariable = try check("H5Tis_variable_str", place) { H5Tis_variable_str(id) } > 0
      return .string(bytes: isVariable ? nil : bytes)
    default: return .other(Int(kind))
    }
  }

  /// Reads `count` strings of a stored type by `transfer`, which fills memory of that type: the
  /// library does not convert between ASCII and UTF-8, though the one is part of the other.
  private func strings(
    _ count: Int, _ type: hid_t, _ transfer: (UnsafeMutableRawPointer) throws(HDF5Error) -> Void
  ) throws(HDF5Error) -> [String] {
    let place = place
    guard count > 0 else { return [] }
    guard case .string(let bytes?) = try self.type(type) else {
      // The process ends soon: the texts are not given back.
      let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
      pointers.initialize(repeating: nil, count: count)
      defer { pointers.deallocate() }
      try transfer(pointers)
      return try (0..<count).map { (index) throws(HDF5Error) in
        guard let text = pointers[index] else { return "" }
        guard let string = String(validatingCString: text) else {
          throw place.error("read", "string \(index) is not UTF-8")
        }
        return string
      }
    }
    guard let size = [count, bytes].checkedProduct else {
      throw place.error("read", "\(count) strings of \(bytes) bytes are too many")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    defer { buffer.deallocate() }
    if let base = buffer.baseAddress { try transfer(base) }
    let padding: UInt8 = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? 32 : 0
    return try (0..<count).map { (index) throws(HDF5Error) in
      var text = buffer[index * bytes..<(index + 1) * bytes].prefix { $0 != 0 }
      while text.last == padding { text.removeLast() }
      guard let string = String(validating: text, as: UTF8.self) else {
        throw place.error("read", "string \(index) is not UTF-8")
      }
      return string
    }
  }
}
