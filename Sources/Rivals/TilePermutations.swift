/// Orders of nine tiles that differ from one another as much as orders can.
public enum TilePermutations {
  /// Tiles of a puzzle.
  public static let tiles = 9
  /// The orders that there are.
  public static let all = 362_880
  /// The most that are chosen of them; the paper tried up to 1000.
  public static let most = 10_000

  /// `count` orders: the first is that of the tiles themselves; each next one has the largest mean
  /// Hamming distance (places that show another tile) from all chosen before, of equals the one
  /// farthest from its nearest, and of those the first in lexicographic order.
  ///
  /// - Source: Noroozi & Favaro, ECCV 2016, algorithm 1, which draws the first order and says
  ///   nothing of equals.
  public static func far(_ count: Int) -> [[Int]] {
    precondition((1...most).contains(count), "TilePermutations: \(count) orders")
    let candidates = lexicographic()
    // Of each candidate, the places that show the same tile as in chosen orders: in all together,
    // and in the nearest one. A chosen order has more than any other ever gets.
    var sums = [Int32](repeating: 0, count: all)
    var nearest = [Int32](repeating: 0, count: all)
    var (chosen, next): ([[Int]], Int) = ([], 0)
    while true {
      let order = Array(candidates[next * tiles..<(next + 1) * tiles])
      sums[next] = .max / 2
      chosen.append(order.map(Int.init))
      guard chosen.count < count else { return chosen }
      var least = (sum: Int32.max, nearest: Int32.max)
      candidates.withUnsafeBufferPointer { candidates in
        for candidate in 0..<all {
          var same: Int32 = 0
          for place in 0..<tiles where candidates[candidate * tiles + place] == order[place] {
            same += 1
          }
          sums[candidate] += same
          nearest[candidate] = max(nearest[candidate], same)
          if (sums[candidate], nearest[candidate]) < least {
            least = (sums[candidate], nearest[candidate])
            next = candidate
          }
        }
      }
    }
  }

  /// All orders, one behind the other.
  private static func lexicographic() -> [UInt8] {
    var (order, orders) = ((0..<UInt8(tiles)).map(\.self), [UInt8]())
    orders.reserveCapacity(all * tiles)
    while true {
      orders += order
      guard let turn = (0..<tiles - 1).last(where: { order[$0] < order[$0 + 1] }) else {
        return orders
      }
      order.swapAt(turn, order.indices.last { order[$0] > order[turn] }!)
      order[(turn + 1)...].reverse()
    }
  }
}
