/// Finds the examples whose descriptions are nearest, by comparing with all of them, sixteen at a
/// time.
struct NearestDescriptions: Sendable {
  private typealias Lanes = SIMD16<Float>
  /// How many examples there are.
  let count: Int
  /// Of each block of sixteen examples every number, and half the squared length.
  private let blocks: [Lanes]
  private let halves: [Lanes]

  init(_ vectors: [Description.Vector]) {
    count = vectors.count
    var (blocks, halves) = ([Lanes](), [Lanes]())
    for first in stride(from: 0, to: vectors.count, by: 16) {
      // What is missing in the last block is too far away to be found.
      var half = Lanes(repeating: 1e30)
      for number in 0..<Description.count {
        var lanes = Lanes.zero
        for lane in 0..<min(16, vectors.count - first) {
          lanes[lane] = vectors[first + lane][number]
        }
        blocks.append(lanes)
      }
      for lane in 0..<min(16, vectors.count - first) {
        let vector = vectors[first + lane]
        half[lane] = (vector * vector).sum() / 2
      }
      halves.append(half)
    }
    (self.blocks, self.halves) = (blocks, halves)
  }

  /// The examples nearest to `vector` with the squares of their distances, nearest first; of equal
  /// ones the first.
  func nearest(
    _ vector: Description.Vector, into found: UnsafeMutableBufferPointer<(place: Int32, far: Float)>
  ) -> Int {
    let wanted = min(found.count, count)
    var filled = 0
    var worst = Float.infinity
    blocks.withUnsafeBufferPointer { blocks in
      withUnsafeBytes(of: vector) { bytes in
        let numbers = bytes.bindMemory(to: Float.self)
        for block in halves.indices {
          // Half the squared distance, but for the length of `vector` itself.
          var far = halves[block]
          let parts = blocks.baseAddress! + block * Description.count
          for number in 0..<Description.count {
            far -= parts[number] * Lanes(repeating: numbers[number])
          }
          // Seldom is any of the sixteen among the nearest.
          if !any(far .< worst) { continue }
          for lane in 0..<16 where far[lane] < worst && far[lane] < 1e29 {
            var at = filled < wanted ? filled : wanted - 1
            while at > 0 && found[at - 1].far > far[lane] {
              found[at] = found[at - 1]
              at -= 1
            }
            found[at] = (Int32(16 * block + lane), far[lane])
            filled = min(filled + 1, wanted)
            if filled == wanted { worst = found[wanted - 1].far }
          }
        }
      }
    }
    let own = (vector * vector).sum()
    for at in 0..<filled { found[at].far = max(0, 2 * found[at].far + own) }
    return filled
  }
}
