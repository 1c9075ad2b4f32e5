/// What it costs to give each pixel of a picture one of several labels: a cost of its own, and for
/// each pair of its 8 neighbors a weight times the distance of their labels.
///
/// Costs are whole numbers, so that sums are exact and the best labeling does not depend on the
/// order of additions: a cost is from 0 to 2^28, a weight times a distance from 0 to 2^26.
///
/// - Shapes: `costs` [pixels, labels]; `distances` [labels, labels]; `weights` [pixels, 4], of each
///   pixel to the neighbor on the right, below, below right, and below left.
public struct GridLabeling: Sendable {
  /// Columns, rows, and how many labels there are.
  public let width, height, labels: Int
  /// The cost of each label at each pixel.
  public let costs: [Int32]
  /// How far apart two labels are: a metric, or expansions need not lower the cost.
  public let distances: [Int32]
  /// The weight of each pair of neighbors; what leads out of the picture is not looked at.
  public let weights: [Int32]

  /// Costs of a labeling. Traps when lengths do not fit, and where a number is negative or the
  /// distances are no metric, as then a cut is not the best move.
  public init(
    width: Int, height: Int, labels: Int, costs: [Int32], distances: [Int32], weights: [Int32]
  ) {
    let pixels = width * height
    precondition(
      width > 0 && height > 0 && labels > 0 && costs.count == pixels * labels
        && distances.count == labels * labels && weights.count == 4 * pixels,
      """
      GridLabeling: \(costs.count) costs, \(distances.count) distances, \(weights.count) weights \
      for \(width) x \(height) pixels and \(labels) labels
      """)
    let largest = (costs.max() ?? 0, Int(distances.max() ?? 0) * Int(weights.max() ?? 0))
    precondition(
      costs.min()! >= 0 && weights.min()! >= 0 && largest.0 < 1 << 28 && largest.1 < 1 << 26,
      "GridLabeling: costs must be from 0 to 2^28, weight times distance to 2^26")
    precondition(Self.isMetric(distances, labels), "GridLabeling: the distances are no metric")
    (self.width, self.height, self.labels) = (width, height, labels)
    (self.costs, self.distances, self.weights) = (costs, distances, weights)
  }

  /// Columns and rows from a pixel to its neighbors. The first four are those that have a weight;
  /// each of the others is the opposite of the one four before it.
  public static let steps: [(x: Int, y: Int)] = [
    (1, 0), (0, 1), (1, 1), (-1, 1), (-1, 0), (0, -1), (-1, -1), (1, -1),
  ]

  /// The place among `weights` of the pair of a pixel and its neighbor in a direction.
  @inlinable
  public static func pair(_ pixel: Int, _ direction: Int, _ neighbor: Int) -> Int {
    direction < 4 ? 4 * pixel + direction : 4 * neighbor + direction - 4
  }

  /// What `labeling` costs altogether.
  public func cost(of labeling: [Int]) -> Int {
    require(labeling)
    var sum = 0
    for (pixel, label) in labeling.enumerated() {
      sum += Int(costs[pixel * labels + label])
      let (x, y) = (pixel % width, pixel / width)
      for (place, step) in Self.steps.prefix(4).enumerated()
      where (0..<width).contains(x + step.x) && y + step.y < height {
        let other = labeling[pixel + step.y * width + step.x]
        sum += Int(weights[4 * pixel + place]) * Int(distances[label * labels + other])
      }
    }
    return sum
  }

  /// Traps where these are no labels of all pixels.
  func require(_ labeling: [Int]) {
    precondition(
      labeling.count == width * height && labeling.allSatisfy { (0..<labels).contains($0) },
      "GridLabeling: \(labeling.count) labels for \(width) x \(height) pixels")
  }

  /// The cheapest label of each pixel by itself; of equal ones the first.
  public var cheapest: [Int] {
    (0..<width * height).map { pixel in
      let own = costs[pixel * labels..<(pixel + 1) * labels]
      return own.indices.min { own[$0] < own[$1] }! - own.startIndex
    }
  }

  private static func isMetric(_ distances: [Int32], _ labels: Int) -> Bool {
    func distance(_ a: Int, _ b: Int) -> Int { Int(distances[a * labels + b]) }
    return (0..<labels).allSatisfy { a in
      (0..<labels).allSatisfy { b in
        distance(a, b) == distance(b, a) && (a == b ? distance(a, b) == 0 : distance(a, b) >= 0)
          && (0..<labels).allSatisfy { distance(a, b) <= distance(a, $0) + distance($0, b) }
      }
    }
  }
}
