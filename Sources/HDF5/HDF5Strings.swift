internal import CHDF5

extension String: HDF5Element {
  /// UTF-8 of any length.
  public static var hdf5Type: HDF5Type { .string(bytes: nil) }

  /// The strings of the chosen rows of `dataset`; throws where one is not UTF-8.
  public static func elements(
    of dataset: borrowing HDF5Dataset, rows: HDF5Rows
  ) throws(HDF5Error) -> [String] {
    let chosen = try RowSelection(dataset, rows)
    let place = dataset.place
    try dataset.checkLimit([chosen.total, MemoryLayout<String>.size].checkedProduct)
    let id = dataset.handle.id
    let type = try Handle("H5Dget_type", place) { H5Dget_type(id) }
    var strings: [String] = []
    strings.reserveCapacity(chosen.total)
    for run in chosen.runs where run.count * chosen.row > 0 {
      strings += try readStrings(
        count: run.count * chosen.row, type.id, place
      ) { buffer throws(HDF5Error) in
        try dataset.transfer(run, of: chosen.shape, type.id, buffer, writing: false)
      }
    }
    return strings
  }

  /// Writes strings over the rows of `dataset` that start at `row`; throws where one does not fit.
  public static func write(
    _ values: [String], to dataset: borrowing HDF5Dataset, atRow row: Int
  ) throws(HDF5Error) {
    let shape = try dataset.shape
    let rows = try dataset.rows(of: values.count, at: row, shape: shape)
    guard !values.isEmpty else { return }
    try writeStrings(values, dataset.type, dataset.place) { (type, buffer) throws(HDF5Error) in
      try dataset.transfer(rows, of: shape, type, buffer, writing: true)
    }
  }
}

/// Reads `count` strings of a stored type by `transfer`, which fills memory of that same type: the
/// library does not convert between ASCII and UTF-8, though the one is part of the other.
func readStrings(
  count: Int, _ type: hid_t, _ place: Place,
  _ transfer: (UnsafeMutableRawPointer) throws(HDF5Error) -> Void
) throws(HDF5Error) -> [String] {
  let stored = try HDF5Type(id: type, place)
  var strings: [String] = []
  strings.reserveCapacity(count)
  guard case .string(let bytes?) = stored else {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
    pointers.initialize(repeating: nil, count: count)
    defer { pointers.deallocate() }
    try transfer(pointers)
    for index in 0..<count {
      // A string never written is a null pointer and reads as empty.
      strings.append(pointers[index].flatMap { String(validatingCString: $0) } ?? "")
      if let text = pointers[index], strings[index].isEmpty, text[0] != 0 {
        throw place.error("read", "string \(index) is not UTF-8")
      }
    }
    let length = hsize_t(count)
    let space = try Handle("H5Screate_simple", place) {
      withUnsafePointer(to: length) { H5Screate_simple(1, $0, nil) }
    }
    _ = try check("H5Dvlen_reclaim", place) { chdf5_reclaim(type, space.id, pointers) }
    return strings
  }
  guard let size = [count, bytes].checkedProduct else {
    throw place.error("read", "\(count) strings of \(bytes) bytes are too many")
  }
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, size), alignment: 1)
  buffer.initializeMemory(as: UInt8.self, repeating: 0)
  defer { buffer.deallocate() }
  if let base = buffer.baseAddress { try transfer(base) }
  let padding: UInt8 = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? 32 : 0
  for index in 0..<count {
    var text = buffer[index * bytes..<(index + 1) * bytes].prefix { $0 != 0 }
    while text.last == padding { text.removeLast() }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw place.error("read", "string \(index) is not UTF-8")
    }
    strings.append(string)
  }
  return strings
}

/// Writes strings as a stored type by `transfer`, which takes memory of the given type.
func writeStrings(
  _ values: [String], _ stored: HDF5Type, _ place: Place,
  _ transfer: (hid_t, UnsafeMutableRawPointer) throws(HDF5Error) -> Void
) throws(HDF5Error) {
  for value in values where value.utf8.contains(0) {
    throw place.error("write", "'\(value)' contains a zero byte, which would end it early")
  }
  let type = try stored.handle(place)
  if case .string(let bytes?) = stored {
    var packed = [UInt8](repeating: 0, count: values.count * bytes)
    for (index, value) in values.enumerated() {
      guard value.utf8.count <= bytes else {
        throw place.error("write", "'\(value)' is longer than \(bytes) bytes")
      }
      packed.replaceSubrange(
        index * bytes..<index * bytes + value.utf8.count, with: Array(value.utf8))
    }
    var failure: HDF5Error?
    packed.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(HDF5Error) { try transfer(type.id, base) } catch { failure = error }
    }
    if let failure { throw failure }
    return
  }
  var bytes: [CChar] = []
  var starts: [Int] = []
  for value in values {
    starts.append(bytes.count)
    bytes.append(contentsOf: value.utf8.lazy.map { CChar(bitPattern: $0) })
    bytes.append(0)
  }
  var failure: HDF5Error?
  bytes.withUnsafeMutableBufferPointer { bytes in
    var pointers = starts.map { start in bytes.baseAddress.map { $0 + start } }
    pointers.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(HDF5Error) { try transfer(type.id, base) } catch { failure = error }
    }
  }
  if let failure { throw failure }
}
