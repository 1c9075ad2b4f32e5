internal import CHDF5
internal import Files

/// A dataset of a new file, which is filled row after row.
public final class HDF5NewDataset<Element: HDF5Element> {
  private let name: String
  private let shape: [Int]
  private let type: HDF5Type
  private let object: NewFile.Object
  private let file: NewFile
  private let place: Place
  private var digest = Digest()
  /// Rows so far.
  private var row = 0

  init(
    _ name: String, _ shape: [Int], _ type: HDF5Type, in file: NewFile
  ) throws(HDF5Error) {
    let place = Place(path: file.path, object: name)
    guard let count = shape.checkedProduct else { throw place.error("create", "shape \(shape)") }
    let sizes = shape.map { hsize_t($0) }
    let space = try Handle("H5Screate_simple", place) {
      H5Screate_simple(Int32(sizes.count), sizes, nil)
    }
    let list = try Handle("H5Pcreate", place) { chdf5_dataset_creation() }
    let handle = try type.handle(place)
    let (id, links) = (file.id, file.linkCreation.id)
    object = try NewFile.Object("H5Dcreate2", place, in: file) {
      H5Dcreate2(id, name, handle.id, space.id, links, list.id, hid_t(H5P_DEFAULT))
    }
    (self.name, self.shape, self.type, self.file, self.place) = (name, shape, type, file, place)
    file.log.begin(name)
    if count == 0 { try finish() }
  }

  /// Writes the next rows: whole ones, and no more than there are.
  public func append(_ values: [Element]) throws(HDF5Error) {
    guard !values.isEmpty else { return }
    let width = Array(shape.dropFirst()).checkedProduct ?? 0
    let rows = shape.first ?? 1
    let count = width == 0 ? 0 : values.count / width
    guard count > 0, count * width == values.count, row + count <= rows else {
      throw place.error(
        "write", "\(values.count) values at row \(row) do not fit its shape \(shape)")
    }
    Element.add(values, to: &digest)
    let start = [hsize_t(row)] + shape.dropFirst().map { _ in 0 }
    let sizes = [hsize_t(count)] + shape.dropFirst().map { hsize_t($0) }
    let id = object.id
    let space = try Handle("H5Dget_space", place) { H5Dget_space(id) }
    if !shape.isEmpty {
      _ = try check("H5Sselect_hyperslab", place) {
        H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, sizes, nil)
      }
    }
    let memory = try Handle("H5Screate_simple", place) {
      H5Screate_simple(Int32(shape.count), shape.isEmpty ? [] : sizes, nil)
    }
    let type = try type.handle(place)
    _ = try file.call("H5Dwrite", place) {
      Element.withStored(values) { _, bytes in
        H5Dwrite(id, type.id, memory.id, space.id, hid_t(H5P_DEFAULT), bytes.baseAddress)
      }
    }
    row += count
    if row == rows { try finish() }
  }

  /// Notes what was written, in the file and for the comparison at its end.
  private func finish() throws(HDF5Error) {
    let found = HDF5Contents(
      path: name, type: type.kind, shape: shape, sha256: digest.hexadecimal)
    try file.write(found.sha256, as: Seal.digest, of: object.id, place)
    file.log.end(found)
  }
}
