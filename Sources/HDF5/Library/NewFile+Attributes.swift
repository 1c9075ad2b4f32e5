internal import CHDF5
internal import Files

extension NewFile {
  /// Writes an attribute of an open object.
  func write<Value: HDF5AttributeValue>(
    _ value: Value, as name: String, of owner: hid_t, _ place: Place
  ) throws(HDF5Error) {
    let elements = value.attributeElements
    try requireNoZeros(elements, place)
    let sizes = Value.isArray ? [hsize_t(elements.count)] : []
    let space = try Handle("H5Screate_simple", place) {
      H5Screate_simple(Int32(sizes.count), sizes, nil)
    }
    let type = try Value.Single.hdf5Type.handle(place)
    let attribute = try NewFile.Object("H5Acreate2", place, in: self) {
      H5Acreate2(owner, name, type.id, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    guard !elements.isEmpty else { return }
    let (id, kind) = (attribute.id, type.id)
    if let texts = elements as? [String] {
      // The library takes texts of any length as pointers.
      var bytes: [CChar] = []
      var starts: [Int] = []
      for text in texts {
        starts.append(bytes.count)
        bytes += text.utf8.map { CChar(bitPattern: $0) } + [0]
      }
      _ = try bytes.withUnsafeBufferPointer { bytes throws(HDF5Error) in
        let pointers = starts.map { start in bytes.baseAddress.map { $0 + start } }
        return try call("H5Awrite", place) {
          pointers.withUnsafeBufferPointer { H5Awrite(id, kind, $0.baseAddress) }
        }
      }
    } else {
      _ = try call("H5Awrite", place) {
        elements.withUnsafeBufferPointer { H5Awrite(id, kind, $0.baseAddress) }
      }
    }
  }

  func requireNoZeros<E: HDF5Element>(
    _ values: [E], _ place: Place
  ) throws(HDF5Error) {
    for text in values as? [String] ?? [] where text.utf8.contains(0) {
      throw place.error("write", "'\(text)' contains a zero byte, which would end it early")
    }
  }
}

extension HDF5Type {
  /// The library's type in memory, and in the files this module writes.
  func handle(_ place: Place) throws(HDF5Error) -> Handle {
    switch self {
    case .integer(let bits, let signed):
      try Handle("H5Tcopy", place) { chdf5_number_type(false, signed, Int32(bits)) }
    case .float(let bits):
      try Handle("H5Tcopy", place) { chdf5_number_type(true, true, Int32(bits)) }
    case .string(let bytes):
      try Handle("H5Tcopy", place) { chdf5_string_type(bytes ?? 0) }
    case .other: preconditionFailure("HDF5Type \(self) has no counterpart in memory")
    }
  }
}
