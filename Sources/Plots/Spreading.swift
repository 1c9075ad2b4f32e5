/// Moves rising heights as little as possible until neighbors are `apart`.
///
/// Heights too close form a block centered on the mean of where its members want to be.
func spread(_ heights: [Double], apart: Double) -> [Double] {
  var blocks: [(sum: Double, count: Int)] = []
  for (index, height) in heights.enumerated() {
    // Without the distance owed to those below, all members of a block want the same height.
    blocks.append((height - Double(index) * apart, 1))
    while blocks.count > 1 {
      let (upper, lower) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
      guard upper.sum / Double(upper.count) < lower.sum / Double(lower.count) else { break }
      blocks.removeLast(2)
      blocks.append((upper.sum + lower.sum, upper.count + lower.count))
    }
  }
  let bases = blocks.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
  return bases.enumerated().map { $0.element + Double($0.offset) * apart }
}
