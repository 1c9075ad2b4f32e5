extension Shape {
  /// The shape of parts one after another along `axis`; traps where they do not fit.
  static func concatenation(of parts: [Storage], axis: Int) -> Shape {
    require(!parts.isEmpty, "concatenated: there are no parts")
    let first = parts[0].shape
    for part in parts {
      require(
        axis >= 0 && axis < first.rank && part.shape.rank == first.rank
          && part.shape.replacing(axis, with: 0) == first.replacing(axis, with: 0),
        "concatenated: \(part.shape) does not fit \(first) along axis \(axis)")
    }
    return first.replacing(axis, with: parts.reduce(0) { $0 + $1.shape[axis] })
  }

  /// Traps where a block that begins at `start` does not lie inside this shape.
  func requireHolds(_ block: Shape, at start: [Int]) {
    require(
      start.count == rank && block.rank == rank
        && (0..<rank).allSatisfy { start[$0] >= 0 && start[$0] + block[$0] <= self[$0] },
      "a block \(block) at \(start) does not lie inside \(self)")
  }
}

/// The sizes of op(a) op(b), where op transposes or not; traps where they do not fit.
struct ProductSizes {
  let rows, inner, columns: Int

  init(_ a: Shape, _ b: Shape, transposeA: Bool, transposeB: Bool) {
    require(
      a.rank == 2 && b.rank == 2 && a[transposeA ? 0 : 1] == b[transposeB ? 1 : 0],
      "matrixProduct: inner sizes differ, \(a)\(transposeA ? " transposed" : "") x "
        + "\(b)\(transposeB ? " transposed" : "")")
    (rows, inner) = (a[transposeA ? 1 : 0], a[transposeA ? 0 : 1])
    columns = b[transposeB ? 0 : 1]
  }
}
