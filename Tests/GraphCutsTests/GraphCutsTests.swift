import GraphCuts
import Randomness
import Testing

/// Smallest cuts and expansions against trying everything.
@Suite struct GraphCutsTests {
  /// A problem with costs drawn from a key; `smoothness` is how heavy pairs weigh.
  private func problem(
    _ width: Int, _ height: Int, _ labels: Int, smoothness: Int, _ key: RandomKey
  ) -> GridLabeling {
    var stream = key.stream()
    let places = (0..<labels).map { _ in (stream.uniform() * 40, stream.uniform() * 40) }
    let distances = places.flatMap { one in
      places.map { other in
        let (x, y) = (one.0 - other.0, one.1 - other.1)
        // Rounded up, which leaves a metric a metric.
        return Int32((x * x + y * y).squareRoot().rounded(.up))
      }
    }
    return GridLabeling(
      width: width, height: height, labels: labels,
      costs: (0..<width * height * labels).map { _ in Int32(stream.index(below: 1000)) },
      distances: distances,
      weights: (0..<4 * width * height).map { _ in Int32(stream.index(below: smoothness + 1)) })
  }

  /// The flow equals the least capacity over all 2^n cuts, and the side found is the smallest of
  /// the best ones.
  @Test(arguments: 0..<40) func aCutIsTheSmallest(seed: Int) {
    var stream = RandomKey(seed: UInt64(seed)).stream()
    let (width, height) = (2 + stream.index(below: 3), 3)
    let count = width * height
    let flow = GridMaxFlow(capacity: count)
    var arcs: [(from: Int, to: Int, capacity: Int)] = []
    // Twice, as memory is used again.
    for _ in 0..<2 {
      flow.clear(nodes: count)
      arcs.removeAll()
      let supply = (0..<count).map { _ in stream.index(below: 41) - 20 }
      for (node, amount) in supply.enumerated() { flow.supply(node, Int32(amount)) }
      for node in 0..<count {
        for (direction, step) in [(1, 0), (0, 1), (1, 1), (-1, 1)].enumerated() {
          let (x, y) = (node % width + step.0, node / width + step.1)
          guard (0..<width).contains(x), y < height else { continue }
          let there = stream.index(below: 12)
          let back = stream.index(below: 2) * stream.index(below: 12)
          flow.connect(node, direction, y * width + x, there: Int32(there), back: Int32(back))
          arcs.append((node, y * width + x, there))
          arcs.append((y * width + x, node, back))
        }
      }
      func cost(_ side: Int) -> Int {
        func isWithSource(_ node: Int) -> Bool { side >> node & 1 == 1 }
        return supply.indices.reduce(0) {
          $0 + (isWithSource($1) ? max(0, -supply[$1]) : max(0, supply[$1]))
        }
          + arcs.reduce(0) {
            $0 + (isWithSource($1.from) && !isWithSource($1.to) ? $1.capacity : 0)
          }
      }
      let least = (0..<1 << count).map(cost).min()!
      #expect(flow.run() == least)
      let side = (0..<count).reduce(0) { $0 | (flow.isWithSource($1) ? 1 << $1 : 0) }
      #expect(cost(side) == least)
      let smallest = (0..<1 << count).filter { cost($0) == least }.map(\.nonzeroBitCount).min()
      #expect(side.nonzeroBitCount == smallest)
    }
  }

  /// One expansion is the best among all ways to change pixels to its label.
  @Test(arguments: [0, 1, 5, 15, 60]) func anExpansionIsTheBest(smoothness: Int) {
    for seed in 0..<12 {
      let key = RandomKey(seed: 7).folding(smoothness).folding(seed)
      let problem = problem(3, 3, 3, smoothness: smoothness, key)
      var stream = key.folding("labels").stream()
      let start = (0..<9).map { _ in stream.index(below: 3) }
      for label in 0..<3 {
        let found = AlphaExpansion.expanding(start, to: label, problem)
        let least = moves(of: start, to: label).map(problem.cost).min()
        #expect(problem.cost(of: found) == least)
      }
    }
  }

  /// The end is an optimum over single expansions, the cost falls on the way, and it is within the
  /// bound of the least of all 3^9 labelings (which it mostly is).
  @Test func expansionsSettle() {
    var optimal = 0
    for seed in 0..<10 {
      let problem = problem(
        3, 3, 3, smoothness: 20, RandomKey(seed: 11).folding(seed))
      let result = AlphaExpansion().lowest(problem)
      #expect(result.isSettled && problem.cost(of: result.labeling) == result.cost)
      #expect(result.history.first == problem.cost(of: problem.cheapest))
      #expect(result.history.last == result.cost)
      #expect(zip(result.history, result.history.dropFirst()).allSatisfy { $0 > $1 })
      for label in 0..<3 {
        #expect(
          moves(of: result.labeling, to: label).allSatisfy { problem.cost(of: $0) >= result.cost })
      }
      let least = (0..<19_683).map { code in problem.cost(of: digits(code)) }.min()!
      let different = problem.distances.filter { $0 > 0 }
      #expect(result.cost <= 2 * least * Int(different.max()!) / Int(different.min()!))
      if result.cost == least { optimal += 1 }
    }
    #expect(optimal >= 8)
  }

  @Test func withoutPairsEachPixelChoosesForItself() {
    let problem = problem(9, 7, 12, smoothness: 0, RandomKey(seed: 3))
    var stream = RandomKey(seed: 4).stream()
    let start = (0..<63).map { _ in stream.index(below: 12) }
    let result = AlphaExpansion().lowest(problem, from: start)
    #expect(result.labeling == problem.cheapest)
    #expect(AlphaExpansion().lowest(problem).history.count == 1)
  }

  /// A picture too large to try everything: pixels decided ahead of the cut change nothing, as the
  /// cost that moves report is the labeling's, and neither does running again.
  @Test func largeProblemsAddUp() {
    let problem = problem(40, 31, 9, smoothness: 12, RandomKey(seed: 5))
    let result = AlphaExpansion().lowest(problem)
    #expect(problem.cost(of: result.labeling) == result.cost && result.isSettled)
    #expect(AlphaExpansion().lowest(problem) == result)
    #expect(AlphaExpansion().lowest(problem, from: result.labeling).history == [result.cost])
    var once = AlphaExpansion()
    once.sweeps = 1
    #expect(once.lowest(problem).cost >= result.cost && !once.lowest(problem).isSettled)
  }

  private func moves(of labeling: [Int], to label: Int) -> [[Int]] {
    (0..<1 << labeling.count).map { set in
      labeling.indices.map { set >> $0 & 1 == 1 ? label : labeling[$0] }
    }
  }

  private func digits(_ code: Int) -> [Int] {
    var rest = code
    return (0..<9).map { _ in
      defer { rest /= 3 }
      return rest % 3
    }
  }
}
