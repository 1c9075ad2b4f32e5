/// Lowers the cost of a labeling by expansions: each lets any set of pixels change to one label at
/// once, the best set there is, found as a smallest cut.
///
/// Labels come in order, sweep after sweep, until none lowers the cost; then no single expansion
/// can, and the cost is within a known factor of the least: twice the largest distance of two
/// labels over the smallest. Labels that did not lower the cost go to the end of their queue; where
/// more than half of them did not, the next sweeps are over the others alone, and only when these
/// are done over the rest, too. (The order matters: gco-wrapper's, whose results are compared with
/// these, came out up to 0.4 % lower on photographs than sweeps over the useful labels in order.)
/// - Source: Boykov, Veksler & Zabih, "Fast approximate energy minimization via graph cuts", IEEE
///   TPAMI 23, 2001.
public struct AlphaExpansion: Sendable {
  /// Sweeps at most.
  public var sweeps = 100

  /// Until nothing changes, in practice.
  public init() {}

  /// What came out.
  public struct Result: Sendable, Equatable {
    /// The label of each pixel.
    public let labeling: [Int]
    /// What it costs.
    public let cost: Int
    /// The cost at first and after each expansion that lowered it.
    public let history: [Int]
    /// Whether no expansion can lower the cost any more; false where the sweeps were used up.
    public let isSettled: Bool
  }

  /// The labeling that expansions lead to from `start`, the cheapest labels unless told otherwise.
  public func lowest(_ problem: GridLabeling, from start: [Int]? = nil) -> Result {
    precondition(sweeps > 0, "AlphaExpansion: \(sweeps) sweeps")
    let first = start ?? problem.cheapest
    var cost = problem.cost(of: first)
    var history = [cost]
    let move = ExpansionMove(problem, labeling: first)
    // The first ends[i] labels of the queue are those of its i-th, narrower part.
    var (queue, ends, next) = (Array(0..<problem.labels), [problem.labels], 0)
    for _ in 0..<sweeps {
      guard let limit = ends.last else { break }
      let first = next
      var end = limit
      while next < end {
        let saved = move.expand(queue[next])
        if saved > 0 {
          cost -= saved
          history.append(cost)
          next += 1
        } else {
          end -= 1
          queue.swapAt(next, end)
        }
      }
      if next == first {
        next = limit
        ends.removeLast()
      } else {
        if end < limit / 2 { ends.append(end) }
        next = 0
      }
    }
    return Result(labeling: move.current, cost: cost, history: history, isSettled: ends.isEmpty)
  }

  /// The labeling of least cost among those in which each pixel keeps its label or takes `label`;
  /// where several are, the one that changes least.
  public static func expanding(
    _ labeling: [Int], to label: Int, _ problem: GridLabeling
  ) -> [Int] {
    precondition((0..<problem.labels).contains(label), "AlphaExpansion: no label \(label)")
    problem.require(labeling)
    let move = ExpansionMove(problem, labeling: labeling)
    _ = move.expand(label)
    return move.current
  }
}
