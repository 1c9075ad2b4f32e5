public import Randomness

/// Where the two patches of a pair lie in a picture: one beside the other with a gap between them,
/// and both a little out of place, so that lines that go on from one into the other give nothing
/// away.
///
/// - Source: Doersch, Gupta & Efros, ICCV 2015, section 3.1.
public struct PatchPairs: Sendable, Hashable {
  /// Rows and columns of a patch.
  public let side: Int
  /// Pixels between two patches.
  public let gap: Int
  /// Pixels that each patch may be out of place, in each direction.
  public let jitter: Int

  /// The eight neighbors, row by row from the top left: the class is the index.
  public static let neighbors: [(x: Int, y: Int)] = [
    (-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1),
  ]

  /// Two patches and what they are to one another.
  public struct Pair: Sendable, Hashable {
    /// The top left pixel of the patch in the middle.
    public let x, y: Int
    /// The top left pixel of its neighbor.
    public let neighborX, neighborY: Int
    /// Which neighbor it is.
    public let label: Int
  }

  /// Pairs of this geometry.
  public init(side: Int, gap: Int, jitter: Int) {
    (self.side, self.gap, self.jitter) = (side, gap, jitter)
  }

  /// Rows and columns of the smallest picture that has room for every pair.
  public var span: Int { 2 * side + gap + 2 * jitter }

  /// A pair drawn from a picture of `size` x `size`: each neighbor and each place equally likely.
  public func pair(in size: Int, from stream: inout RandomStream) -> Pair {
    let label = stream.index(below: Self.neighbors.count)
    let (dx, dy) = Self.neighbors[label]
    func place(_ direction: Int) -> (patch: Int, neighbor: Int) {
      let step = direction * (side + gap)
      let first = jitter + max(0, -step)
      let last = size - jitter - side - max(0, step)
      let nominal = first + stream.index(below: last - first + 1)
      func moved(_ place: Int) -> Int { place - jitter + stream.index(below: 2 * jitter + 1) }
      return (moved(nominal), moved(nominal + step))
    }
    let (x, y) = (place(dx), place(dy))
    return Pair(
      x: x.patch, y: y.patch, neighborX: x.neighbor, neighborY: y.neighbor, label: label)
  }
}
