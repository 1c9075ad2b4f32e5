internal import CKernels

extension CPUBackend {
  /// The largest element of each plane, the first of equals, and its place.
  public func peaks(_ x: Storage) -> (values: Storage, places: Storage) {
    require(x.shape.rank == 4 && x.shape.plane > 0, "peaks: \(x.shape) has no planes")
    let (source, shape) = (rowMajor(x, as: .f32), Shape([x.shape[0], x.shape[1]]))
    let (values, places) = (storage(shape, .f32), storage(shape, .i32))
    ck_peaks(
      source.address(as: Float.self), Int64(shape.count), Int64(x.shape.plane),
      values.address(as: Float.self), places.address(as: Int32.self))
    withExtendedLifetime((source, values, places)) {}
    return (values, places)
  }

  /// Adds to the counts how often each channel gave which numbers.
  public func countResponses(_ x: Storage, into counts: Storage) {
    ResponseBins.check(x.shape, counts)
    let source = rowMajor(x, as: .f32)
    ck_count_responses(
      source.address(as: Float.self), Int64(x.shape[0]), Int64(x.shape[1]), Int64(x.shape.plane),
      counts.address(as: Int32.self))
    withExtendedLifetime((source, counts)) {}
  }
}
