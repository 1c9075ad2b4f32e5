/// The blocks of a private layout: small boxes of elements that lie together, such as 16 x 16
/// channels of weights, and how the elements lie within one.
///
/// Layouts that differ only within their blocks are rewritten block by block, several times faster
/// than by oneDNN's general reorder: the weights of a step change between the layouts of its
/// passes so.
struct LayoutBlocks {
  /// Everything that must be equal for blocks to lie in the same places: sizes, padded sizes, and
  /// strides between blocks, in elements.
  private let places: [Int64]
  /// The extent of a block along each axis.
  private let extents: [Int]
  /// The factors of the extents, outermost first, and the axis of each.
  private let factors: [(size: Int, axis: Int)]

  /// nil where the layout has no blocks.
  private init?(_ layout: DNNLLayout) {
    let numbers = layout.numbers
    let (rank, count) = (Int(numbers[0]), Int(numbers[3]))
    guard count > 0, numbers.count == 4 + 3 * rank + 2 * count else { return nil }
    let sizes = numbers[(4 + 3 * rank)..<(4 + 3 * rank + count)].map(Int.init)
    let axes = numbers[(4 + 3 * rank + count)...].map(Int.init)
    places = [numbers[2]] + numbers[4..<(4 + 3 * rank)]
    factors = zip(sizes, axes).map { (size: $0, axis: $1) }
    var extents = [Int](repeating: 1, count: rank)
    for factor in factors { extents[factor.axis] *= factor.size }
    self.extents = extents
  }

  /// For each place in a block of `to`, the place in a block of `from` whose element comes there;
  /// nil unless the layouts agree in all but the order within blocks of at most 1024 elements.
  static func order(_ from: DNNLLayout, _ to: DNNLLayout) -> [Int32]? {
    guard let source = LayoutBlocks(from), let target = LayoutBlocks(to),
      source.places == target.places, source.extents == target.extents
    else { return nil }
    let count = source.extents.reduce(1, *)
    guard count <= 1024 else { return nil }
    var order = [Int32](repeating: 0, count: count)
    for index in 0..<count {
      var (rest, coordinates) = (index, [Int](repeating: 0, count: source.extents.count))
      for axis in source.extents.indices.reversed() {
        coordinates[axis] = rest % source.extents[axis]
        rest /= source.extents[axis]
      }
      order[target.offset(of: coordinates)] = Int32(source.offset(of: coordinates))
    }
    return order
  }

  private func offset(of coordinates: [Int]) -> Int {
    var (rest, offset, step) = (coordinates, 0, 1)
    for factor in factors.reversed() {
      offset += rest[factor.axis] % factor.size * step
      rest[factor.axis] /= factor.size
      step *= factor.size
    }
    return offset
  }
}
