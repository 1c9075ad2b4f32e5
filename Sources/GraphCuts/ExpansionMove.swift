/// Makes expansions of one labeling, over and over in the same memory.
///
/// A pixel that keeps its label whatever its neighbors do is decided at once, and so is one that
/// changes whatever they do; each decision may decide neighbors. Costs of pairs are submodular, so
/// nothing is lost by it, and only what is still open (often a small part of the picture) is cut.
/// - Source: the bounds are those of roof duality's first step, as in Alahari, Kohli & Torr,
///   "Reduce, reuse & recycle", CVPR 2008.
final class ExpansionMove {
  private enum State: UInt8 { case open, keeps, changes, has }

  private let problem: GridLabeling
  private let pixels: Int
  /// The problem's numbers: costs [labels, pixels], distances and weights as they are there.
  private let costs, distances, weights: UnsafeMutablePointer<Int32>
  /// Of each pixel the sum of the weights of its pairs.
  private let totalWeights: UnsafeMutablePointer<Int32>
  /// The label of each pixel, and what it costs there.
  private let labels, ownCosts: UnsafeMutablePointer<Int32>
  private let state: UnsafeMutablePointer<State>
  /// What changing costs more than keeping if all open neighbors change, and if all keep.
  private let low, high: UnsafeMutablePointer<Int32>
  /// What a pair of open pixels costs more where the first keeps and the second changes;
  /// [pixels, 4].
  private let capacity: UnsafeMutablePointer<Int32>
  /// The pixels that were open at first.
  private let open: UnsafeMutablePointer<Int32>
  private var openCount = 0
  /// The pixels that were decided last, or those that are cut, and the number of each of these.
  private let listed, number: UnsafeMutablePointer<Int32>
  /// Of each pixel a bit for each direction in which it has a neighbor; how far these are.
  private let present: UnsafeMutablePointer<UInt8>
  private let offset: UnsafeMutablePointer<Int>
  private let flow: GridMaxFlow

  init(_ problem: GridLabeling, labeling: [Int]) {
    self.problem = problem
    let (count, pixels) = (problem.labels, problem.width * problem.height)
    self.pixels = pixels
    func numbers(_ each: Int) -> UnsafeMutablePointer<Int32> {
      let numbers = UnsafeMutablePointer<Int32>.allocate(capacity: pixels * each)
      numbers.initialize(repeating: 0, count: pixels * each)
      return numbers
    }
    (costs, weights, totalWeights) = (numbers(count), numbers(4), numbers(1))
    (labels, ownCosts, low, high) = (numbers(1), numbers(1), numbers(1), numbers(1))
    (capacity, open, listed, number) = (numbers(4), numbers(1), numbers(1), numbers(1))
    distances = .allocate(capacity: count * count)
    distances.initialize(from: problem.distances, count: count * count)
    weights.update(from: problem.weights, count: 4 * pixels)
    state = .allocate(capacity: pixels)
    state.initialize(repeating: .open, count: pixels)
    flow = GridMaxFlow(capacity: pixels)
    offset = .allocate(capacity: 8)
    for (direction, step) in GridLabeling.steps.enumerated() {
      (offset + direction).initialize(to: step.y * problem.width + step.x)
    }
    present = .allocate(capacity: pixels)
    for pixel in 0..<pixels {
      let (x, y) = (pixel % problem.width, pixel / problem.width)
      var bits: UInt8 = 0
      for (direction, step) in GridLabeling.steps.enumerated()
      where (0..<problem.width).contains(x + step.x) && (0..<problem.height).contains(y + step.y) {
        bits |= 1 << UInt8(direction)
      }
      (present + pixel).initialize(to: bits)
    }
    problem.costs.withUnsafeBufferPointer { own in
      for pixel in 0..<pixels {
        for label in 0..<count { costs[label * pixels + pixel] = own[pixel * count + label] }
        labels[pixel] = Int32(labeling[pixel])
        ownCosts[pixel] = own[pixel * count + labeling[pixel]]
      }
    }
    for pixel in 0..<pixels {
      neighbors(of: pixel) { direction, other in
        totalWeights[pixel] +=
          weights[GridLabeling.pair(pixel, direction, other)]
      }
    }
  }

  deinit {
    for numbers in [
      costs, distances, weights, totalWeights, labels, ownCosts, low, high, capacity, open, listed,
      number,
    ] { numbers.deallocate() }
    state.deallocate()
    present.deallocate()
    offset.deallocate()
  }

  /// The labeling as it is now.
  var current: [Int] { (0..<pixels).map { Int(labels[$0]) } }

  /// Changes pixels to `label` where that lowers the cost; returns by how much it did.
  func expand(_ label: Int) -> Int {
    weigh(Int32(label))
    decide(Int32(label))
    cutOpen()
    return change(to: Int32(label))
  }

  /// Which pixels may change at all. What a pixel saves at most is plain to see: its own costs, and
  /// its distance to the label times the weights of all its pairs.
  private func weigh(_ label: Int32) {
    let (count, to) = (problem.labels, Int(label))
    openCount = 0
    let distances = distances + to * count
    let costs = costs + to * pixels
    for pixel in 0..<pixels {
      let own = labels[pixel]
      if own == label {
        state[pixel] = .has
        continue
      }
      let more = costs[pixel] - ownCosts[pixel]
      let least = more - totalWeights[pixel] * distances[Int(own)]
      if least >= 0 {
        state[pixel] = .keeps
        continue
      }
      state[pixel] = .open
      (low[pixel], high[pixel]) = (least, more)
      open[openCount] = Int32(pixel)
      openCount += 1
    }
  }

  /// Decides what can be without a cut.
  private func decide(_ label: Int32) {
    for at in 0..<openCount { bound(Int(open[at]), Int(label)) }
    var (first, last) = (0, 0)
    @inline(__always) func settle(_ pixel: Int) {
      if low[pixel] >= 0 {
        state[pixel] = .keeps
      } else if high[pixel] < 0 {
        state[pixel] = .changes
      } else {
        return
      }
      listed[last] = Int32(pixel)
      last += 1
    }
    for at in 0..<openCount where state[Int(open[at])] == .open { settle(Int(open[at])) }
    while first < last {
      let pixel = Int(listed[first])
      first += 1
      let keeps = state[pixel] == .keeps
      neighbors(of: pixel) { direction, other in
        guard state[other] == .open else { return }
        let cost = capacity[GridLabeling.pair(pixel, direction, other)]
        if keeps { low[other] += cost } else { high[other] -= cost }
        settle(other)
      }
    }
  }

  /// The bounds of an open pixel by what its neighbors are, and the capacities of its pairs.
  private func bound(_ pixel: Int, _ label: Int) {
    let count = problem.labels
    let own = Int(labels[pixel])
    let keeping = distances[own * count + label]
    neighbors(of: pixel) { direction, other in
      let weight = weights[GridLabeling.pair(pixel, direction, other)]
      let next = Int(labels[other])
      // What the pair costs more if this one changes and the other keeps.
      let more = weight * (distances[label * count + next] - distances[own * count + next])
      switch state[other] {
      case .has: high[pixel] -= weight * keeping
      case .keeps:
        low[pixel] += weight * keeping + more
        high[pixel] += more
      case .open, .changes:
        high[pixel] += more
        if direction < 4 { capacity[4 * pixel + direction] = weight * keeping + more }
      }
    }
  }

  /// Decides the rest by the smallest cut: what is on the side of the source changes.
  private func cutOpen() {
    var count = 0
    for at in 0..<openCount where state[Int(open[at])] == .open {
      listed[count] = open[at]
      number[Int(open[at])] = Int32(count)
      count += 1
    }
    if count == 0 { return }
    flow.clear(nodes: count)
    for node in 0..<count {
      let pixel = Int(listed[node])
      var more = low[pixel]
      neighbors(of: pixel) { direction, other in
        guard direction < 4, state[other] == .open else { return }
        let cost = capacity[4 * pixel + direction]
        more += cost
        flow.connect(node, direction, Int(number[other]), there: 0, back: cost)
      }
      flow.supply(node, -more)
    }
    flow.run()
    for node in 0..<count {
      state[Int(listed[node])] = flow.isWithSource(node) ? .changes : .keeps
    }
  }

  /// Gives `label` to all that change; returns what is saved by it.
  private func change(to label: Int32) -> Int {
    let (count, to) = (problem.labels, Int(label))
    var saved = 0
    for at in 0..<openCount where state[Int(open[at])] == .changes {
      let pixel = Int(open[at])
      let own = Int(labels[pixel])
      saved += Int(ownCosts[pixel] - costs[to * pixels + pixel])
      neighbors(of: pixel) { direction, other in
        let both = state[other] == .changes
        // A pair of which both change is counted once.
        if both && direction >= 4 { return }
        let weight = weights[GridLabeling.pair(pixel, direction, other)]
        let next = Int(labels[other])
        let then = both ? 0 : distances[to * count + next]
        saved += Int(weight) * Int(distances[own * count + next] - then)
      }
    }
    for at in 0..<openCount where state[Int(open[at])] == .changes {
      let pixel = Int(open[at])
      labels[pixel] = label
      ownCosts[pixel] = costs[to * pixels + pixel]
    }
    return saved
  }

  /// Calls with the direction and the pixel of each neighbor within the picture.
  @inline(__always)
  private func neighbors(of pixel: Int, _ body: (Int, Int) -> Void) {
    let present = present[pixel]
    for direction in 0..<8 where present >> UInt8(direction) & 1 != 0 {
      body(direction, pixel &+ offset[direction])
    }
  }
}
