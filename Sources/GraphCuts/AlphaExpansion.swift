/// Lowers the cost of a labeling by expansions: each lets any set of pixels change to one label at
/// once, the best set there is, found as a smallest cut.
///
/// Labels come in order, sweep after sweep, until none lowers the cost; then no single expansion
/// can, and the cost is within a known factor of the least: twice the largest distance of two
/// labels over the smallest. A sweep is over the labels that lowered the cost in the one before,
/// and over all where none did; a label is passed over while nothing changed since its last turn.
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
    // The number of changes when each label had its last turn.
    var changes = 0
    var seen = [Int](repeating: -1, count: problem.labels)
    var isSettled = false
    var tried = Array(0..<problem.labels)
    for _ in 0..<sweeps where !isSettled {
      var useful: [Int] = []
      for label in tried where seen[label] != changes {
        let saved = move.expand(label)
        if saved > 0 {
          changes += 1
          useful.append(label)
          cost -= saved
          history.append(cost)
        }
        seen[label] = changes
      }
      isSettled = seen.allSatisfy { $0 == changes }
      tried = useful.isEmpty ? Array(0..<problem.labels) : useful
    }
    return Result(labeling: move.current, cost: cost, history: history, isSettled: isSettled)
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
