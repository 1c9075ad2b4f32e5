/// The largest flow from a source to a sink through nodes that each have up to eight neighbors, and
/// with it the smallest cut between them.
///
/// A neighbor lies in one of eight directions, of which `direction ^ 4` is the opposite, so an arc
/// finds its reverse without a table. Memory is kept between networks.
/// - Source: Boykov & Kolmogorov, "An experimental comparison of min-cut/max-flow algorithms for
///   energy minimization in vision", IEEE TPAMI 26, 2004: two trees that are kept from one path to
///   the next, with their marks of time and distance.
public final class GridMaxFlow {
  /// Directions of a node's neighbors, and what else can be in the place of a parent.
  static let directions = 8
  static let terminal: Int8 = 8
  static let orphan: Int8 = 9
  static let none: Int8 = -1

  let capacity: Int
  /// Nodes of this network.
  public private(set) var count = 0
  /// All that flows.
  public internal(set) var total = 0
  // Pointers throughout: a checked access to a property costs more here than the work between two.
  /// The node in each direction, or -1; what each arc can still carry; [nodes, 8].
  let neighbor, residual: UnsafeMutablePointer<Int32>
  /// What can still come from the source, or, negative, go to the sink.
  let supply: UnsafeMutablePointer<Int32>
  /// The direction of the parent in the tree; which of the two trees.
  let parent: UnsafeMutablePointer<Int8>
  /// The number of the parent, where it is a node.
  let above: UnsafeMutablePointer<Int32>
  let isInSourceTree: UnsafeMutablePointer<Bool>
  /// When the distance to the root was last known, and the distance.
  let stamp, distance: UnsafeMutablePointer<Int32>
  /// The next in the queue of active nodes: -1 outside of it, its own number at the end.
  let next: UnsafeMutablePointer<Int32>
  /// The first and the last of the queue, and the number of paths so far.
  let head, tail, time: UnsafeMutablePointer<Int32>
  /// Nodes that lost their parent, each at most once for each path; how many.
  let orphans, orphanCount: UnsafeMutablePointer<Int32>

  /// Memory for networks of up to `capacity` nodes.
  public init(capacity: Int) {
    precondition(capacity > 0, "GridMaxFlow: no nodes")
    self.capacity = capacity
    neighbor = .allocate(capacity: capacity * Self.directions)
    residual = .allocate(capacity: capacity * Self.directions)
    supply = .allocate(capacity: capacity)
    parent = .allocate(capacity: capacity)
    isInSourceTree = .allocate(capacity: capacity)
    stamp = .allocate(capacity: capacity)
    distance = .allocate(capacity: capacity)
    next = .allocate(capacity: capacity)
    above = .allocate(capacity: capacity)
    orphans = .allocate(capacity: capacity)
    head = .allocate(capacity: 1)
    tail = .allocate(capacity: 1)
    time = .allocate(capacity: 1)
    orphanCount = .allocate(capacity: 1)
  }

  deinit {
    for numbers in [
      neighbor, residual, supply, above, stamp, distance, next, head, tail, time, orphans,
      orphanCount,
    ] { numbers.deallocate() }
    parent.deallocate()
    isInSourceTree.deallocate()
  }

  /// Begins a network of `nodes` nodes without arcs.
  public func clear(nodes: Int) {
    precondition(nodes > 0 && nodes <= capacity, "GridMaxFlow: \(nodes) nodes of \(capacity)")
    count = nodes
    total = 0
    neighbor.update(repeating: -1, count: nodes * Self.directions)
    residual.update(repeating: 0, count: nodes * Self.directions)
    supply.update(repeating: 0, count: nodes)
  }

  /// Connects a node with the one in `direction` (0..<8) by arcs of these capacities, neither
  /// negative; the reverse has the opposite direction, `direction ^ 4`.
  public func connect(_ node: Int, _ direction: Int, _ other: Int, there: Int32, back: Int32) {
    precondition(
      node < count && other < count && there >= 0 && back >= 0 && direction < Self.directions,
      "GridMaxFlow: an arc from \(node) to \(other) of \(there) and \(back)")
    let (out, home) = (Self.directions * node + direction, Self.directions * other + direction ^ 4)
    neighbor[out] = Int32(other)
    neighbor[home] = Int32(node)
    residual[out] = there
    residual[home] = back
  }

  /// Connects a node with the source by an arc of this capacity, or, negative, with the sink.
  public func supply(_ node: Int, _ amount: Int32) {
    precondition(node < count, "GridMaxFlow: node \(node) of \(count)")
    supply[node] = amount
  }

  /// After `run`: whether the smallest cut leaves the node with the source. Of several smallest
  /// cuts this is the one that leaves fewest there.
  public func isWithSource(_ node: Int) -> Bool {
    parent[node] != Self.none && isInSourceTree[node]
  }
}
