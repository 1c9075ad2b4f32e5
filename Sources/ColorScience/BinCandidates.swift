/// For every small cell of the ab plane, the bins that can be among the k nearest to a point in it.
///
/// Exact: a bin is left out of a cell only when k others are nearer wherever in the cell one
/// stands. Points outside the table are compared with all bins.
struct BinCandidates: Sendable {
  let neighbors: Int
  private let a, b: [Float]
  private let origin: Float
  private let cellsPerUnit: Float
  private let side: Int
  /// Where the candidates of each cell begin in `members`, and where the last ends.
  private let starts: [Int32]
  private let members: [Int16]

  init(a: [Float], b: [Float], step: Float, neighbors: Int) {
    require(
      neighbors > 0 && neighbors <= a.count,
      "BinCandidates: \(neighbors) neighbors wanted of \(a.count) bins")
    require(a.count < Int(Int16.max), "BinCandidates: \(a.count) bins are too many")
    self.neighbors = neighbors
    self.a = a
    self.b = b
    // Half a grid step to a cell: few candidates, and a table that stays in the second-level cache.
    let width = step / 2
    let reach = a.indices.map { max(abs(a[$0]), abs(b[$0])) }.max()! + step
    side = Int((2 * reach / width).rounded(.up))
    origin = -reach
    cellsPerUnit = 1 / width
    var starts: [Int32] = [0]
    var members: [Int16] = []
    for row in 0..<side {
      for column in 0..<side {
        let x = origin + (Float(row) + 0.5) * width
        let y = origin + (Float(column) + 0.5) * width
        members += BinCandidates.candidates(a, b, x: x, y: y, width: width, neighbors: neighbors)
        starts.append(Int32(members.count))
      }
    }
    self.starts = starts
    self.members = members
  }

  /// The candidates of the cell around (x, y), those nearest to its middle first.
  private static func candidates(
    _ a: [Float], _ b: [Float], x: Float, y: Float, width: Float, neighbors: Int
  ) -> [Int16] {
    // A tenth of a unit of slack outweighs every rounding of the comparisons.
    let half = width / 2 + 0.05
    let far = a.indices.map { i in
      let dx = abs(a[i] - x) + half
      let dy = abs(b[i] - y) + half
      return dx * dx + dy * dy
    }
    let near = a.indices.map { i in
      let dx = max(abs(a[i] - x) - half, 0)
      let dy = max(abs(b[i] - y) - half, 0)
      return dx * dx + dy * dy
    }
    let limit = far.sorted()[neighbors - 1]
    return a.indices.filter { near[$0] <= limit }.sorted { far[$0] < far[$1] }.map { Int16($0) }
  }

  /// Writes the nearest bins, nearest first and the lower index first among equals, each as the
  /// bits of its squared distance above its index; there is room for `neighbors`.
  ///
  /// The bits of numbers that are not negative sort as the numbers do, so one comparison settles
  /// distance and index.
  @inline(__always)
  func nearest(a x: Float, b y: Float, keys: UnsafeMutablePointer<UInt64>) {
    let row = (x - origin) * cellsPerUnit
    let column = (y - origin) * cellsPerUnit
    var found = 0
    @inline(__always)
    func consider(_ bin: Int, _ binA: Float, _ binB: Float) {
      let dx = x - binA
      let dy = y - binB
      let distance = dx * dx + dy * dy
      let key = UInt64(distance.bitPattern) << 32 | UInt64(truncatingIfNeeded: bin)
      var place = found
      if found < neighbors {
        found += 1
      } else {
        place = neighbors - 1
        if key >= keys[place] { return }
      }
      while place > 0, key < keys[place - 1] {
        keys[place] = keys[place - 1]
        place -= 1
      }
      keys[place] = key
    }
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        let limit = Float(side)
        if row >= 0 && row < limit && column >= 0 && column < limit {
          let cell = Int(row) * side + Int(column)
          let range = Int(starts[cell])..<Int(starts[cell + 1])
          members.withUnsafeBufferPointer { members in
            for at in range {
              let bin = Int(members[at])
              consider(bin, a[bin], b[bin])
            }
          }
        } else {
          require(x.isFinite && y.isFinite, "the ab value (\(x), \(y)) is not finite")
          for bin in 0..<a.count { consider(bin, a[bin], b[bin]) }
        }
      }
    }
  }
}
