internal import Backends

extension Tensor {
  /// The largest element of each plane and where it is, row x width + column: the first of equals.
  /// The place is -1 where an element of the plane is not a number. It has no gradient.
  ///
  /// - Shapes: input [n, c, h, w]; values (at least single precision) and places (i32) [n, c].
  public func peaks() -> (values: Tensor, places: Tensor) {
    let found = device.backend.peaks(storage)
    return (Tensor(found.values, on: device), Tensor(found.places, on: device))
  }
}
