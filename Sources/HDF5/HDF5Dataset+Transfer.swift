internal import CHDF5

/// A dataset with the chosen rows worked out: what both numbers and strings need to be read.
struct RowSelection {
  let shape: [Int]
  let runs: [Range<Int>]
  /// Elements in one row, and in all runs together.
  let row, total: Int

  init(_ dataset: borrowing HDF5Dataset, _ rows: HDF5Rows) throws(HDF5Error) {
    let shape = try dataset.shape
    let place = dataset.place
    guard let chosen = rows.runs(of: shape.first ?? 1) else {
      throw place.error("read", "rows lie outside its \(shape.first ?? 1) rows: \(rows.bounds)")
    }
    guard let row = Array(shape.dropFirst()).checkedProduct,
      let total = [row, chosen.total].checkedProduct
    else { throw place.error("read", "its shape \(shape) is too large") }
    (self.shape, runs, self.row, self.total) = (shape, chosen.runs, row, total)
  }
}

extension HDF5Rows {
  /// The rows in few words, for an error message.
  fileprivate var bounds: String {
    switch self {
    case .all: "all"
    case .range(let range): "\(range)"
    case .list(let rows): "\(rows.min() ?? 0)...\(rows.max() ?? 0)"
    }
  }
}

extension HDF5Dataset {
  /// Copies one run of rows between the file and memory at `buffer`.
  func transfer(
    _ rows: Range<Int>, of shape: [Int], _ memoryType: hid_t, _ buffer: UnsafeMutableRawPointer,
    writing: Bool
  ) throws(HDF5Error) {
    let fileSpace = try space()
    try fileSpace.select(rows, of: shape, place)
    let sizes = shape.isEmpty ? [] : [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
    let memory = try Handle("H5Screate_simple", place) {
      H5Screate_simple(Int32(sizes.count), sizes, nil)
    }
    let id = handle.id
    _ = try check(writing ? "H5Dwrite" : "H5Dread", place) {
      writing
        ? H5Dwrite(id, memoryType, memory.id, fileSpace.id, hid_t(H5P_DEFAULT), buffer)
        : H5Dread(id, memoryType, memory.id, fileSpace.id, hid_t(H5P_DEFAULT), buffer)
    }
  }

  /// Checks that `count` elements starting at `row` are whole rows inside, and gives these rows.
  func rows(of count: Int, at row: Int, shape: [Int]) throws(HDF5Error) -> Range<Int> {
    let width = Array(shape.dropFirst()).checkedProduct ?? 0
    let height = width == 0 ? 0 : count / width
    guard row >= 0, height * width == count, row + height <= (shape.first ?? 1) else {
      throw place.error("write", "\(count) values at row \(row) do not fit its shape \(shape)")
    }
    return row..<row + height
  }
}

extension HDF5Number {
  /// The elements of the chosen rows of `dataset`, row by row.
  public static func elements(
    of dataset: borrowing HDF5Dataset, rows: HDF5Rows
  ) throws(HDF5Error) -> [Self] {
    let chosen = try RowSelection(dataset, rows)
    let size = MemoryLayout<Self>.size
    try dataset.checkLimit([chosen.total, size].checkedProduct)
    guard chosen.total > 0 else { return [] }
    let type = try hdf5Type.handle(dataset.place)
    var failure: HDF5Error?
    let values = [Self](unsafeUninitializedCapacity: chosen.total) { buffer, count in
      guard var target = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      for run in chosen.runs {
        do throws(HDF5Error) {
          try dataset.transfer(run, of: chosen.shape, type.id, target, writing: false)
        } catch {
          failure = error
          return
        }
        target += run.count * chosen.row * size
      }
      count = chosen.total
    }
    if let failure { throw failure }
    return values
  }

  /// Writes `values` over the rows of `dataset` that start at `row`.
  public static func write(
    _ values: [Self], to dataset: borrowing HDF5Dataset, atRow row: Int
  ) throws(HDF5Error) {
    let shape = try dataset.shape
    let rows = try dataset.rows(of: values.count, at: row, shape: shape)
    guard !values.isEmpty else { return }
    let type = try hdf5Type.handle(dataset.place)
    var failure: HDF5Error?
    values.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      do throws(HDF5Error) {
        try dataset.transfer(
          rows, of: shape, type.id, UnsafeMutableRawPointer(mutating: base), writing: true)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
