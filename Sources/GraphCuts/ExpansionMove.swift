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
  private let labels: UnsafeMutablePointer<Int32>
  private let state: UnsafeMutablePointer<State>
  /// What changing costs more than keeping if all open neighbors change, and if all keep.
  private let low, high: UnsafeMutablePointer<Int32>
  /// What a pair costs more where the first keeps and the second changes; [pixels, 4].
  private let capacity: UnsafeMutablePointer<Int32>
  /// The pixels that were decided last, or those that are open, and the number of each of these.
  private let listed, number: UnsafeMutablePointer<Int32>
  private let flow: GridMaxFlow

  init(_ problem: GridLabeling, labeling: [Int]) {
    self.problem = problem
    pixels = problem.width * problem.height
    flow = GridMaxFlow(capacity: pixels)
    labels = .allocate(capacity: pixels)
    for pixel in 0..<pixels { labels[pixel] = Int32(labeling[pixel]) }
    state = .allocate(capacity: pixels)
    low = .allocate(capacity: pixels)
    high = .allocate(capacity: pixels)
    listed = .allocate(capacity: pixels)
    number = .allocate(capacity: pixels)
    capacity = .allocate(capacity: 4 * pixels)
  }

  deinit {
    for numbers in [labels, low, high, listed, number, capacity] { numbers.deallocate() }
    state.deallocate()
  }

  /// The labeling as it is now.
  var current: [Int] { (0..<pixels).map { Int(labels[$0]) } }

  /// Changes pixels to `label` where that lowers the cost; returns by how much it did.
  func expand(_ label: Int) -> Int {
    weigh(Int32(label))
    decide()
    cutOpen()
    return change(to: Int32(label))
  }

  /// The bounds and capacities of all pixels and pairs, with nothing decided.
  private func weigh(_ label: Int32) {
    let (width, count, to) = (problem.width, problem.labels, Int(label))
    problem.costs.withUnsafeBufferPointer { costs in
      for pixel in 0..<pixels {
        let own = labels[pixel]
        state[pixel] = own == label ? .has : .open
        let more = costs[pixel * count + to] - costs[pixel * count + Int(own)]
        (low[pixel], high[pixel]) = (more, more)
      }
    }
    problem.distances.withUnsafeBufferPointer { distances in
      problem.weights.withUnsafeBufferPointer { weights in
        @inline(__always) func weigh(_ first: Int, _ second: Int, _ place: Int) {
          capacity[place] = 0
          let (isFirst, isSecond) = (state[first] == .has, state[second] == .has)
          if isFirst && isSecond { return }
          let (one, other) = (Int(labels[first]), Int(labels[second]))
          let weight = weights[place]
          // What the pair costs if the first keeps and the second changes, and the reverse.
          let keeping = weight * distances[one * count + to]
          let changing = weight * distances[to * count + other]
          if isFirst {
            low[second] -= changing
            high[second] -= changing
          } else if isSecond {
            low[first] -= keeping
            high[first] -= keeping
          } else {
            let now = weight * distances[one * count + other]
            low[first] -= keeping
            high[first] += changing - now
            low[second] -= changing
            high[second] += keeping - now
            capacity[place] = keeping + changing - now
          }
        }
        for row in 0..<problem.height {
          let isLast = row + 1 == problem.height
          for column in 0..<width {
            let pixel = row * width + column
            if column + 1 < width { weigh(pixel, pixel + 1, 4 * pixel) }
            if isLast { continue }
            weigh(pixel, pixel + width, 4 * pixel + 1)
            if column + 1 < width { weigh(pixel, pixel + width + 1, 4 * pixel + 2) }
            if column > 0 { weigh(pixel, pixel + width - 1, 4 * pixel + 3) }
          }
        }
      }
    }
  }

  /// Decides what can be without a cut.
  private func decide() {
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
    for pixel in 0..<pixels where state[pixel] == .open { settle(pixel) }
    while first < last {
      let pixel = Int(listed[first])
      first += 1
      let keeps = state[pixel] == .keeps
      neighbors(of: pixel) { direction, other in
        guard state[other] == .open else { return }
        let cost = capacity[direction < 4 ? 4 * pixel + direction : 4 * other + direction - 4]
        if keeps { low[other] += cost } else { high[other] -= cost }
        settle(other)
      }
    }
  }

  /// Decides the rest by the smallest cut: what is on the side of the source changes.
  private func cutOpen() {
    var count = 0
    for pixel in 0..<pixels where state[pixel] == .open {
      listed[count] = Int32(pixel)
      number[pixel] = Int32(count)
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
    for pixel in 0..<pixels where state[pixel] == .changes {
      let own = Int(labels[pixel])
      saved += Int(problem.costs[pixel * count + own]) - Int(problem.costs[pixel * count + to])
      neighbors(of: pixel) { direction, other in
        let both = state[other] == .changes
        // A pair of which both change is counted once.
        if both && direction >= 4 { return }
        let weight = problem.weights[
          direction < 4 ? 4 * pixel + direction : 4 * other + direction - 4]
        let next = Int(labels[other])
        let now = problem.distances[own * count + next]
        let then = both ? 0 : problem.distances[to * count + next]
        saved += Int(weight) * Int(now - then)
      }
    }
    for pixel in 0..<pixels where state[pixel] == .changes { labels[pixel] = label }
    return saved
  }

  /// Calls with the direction and the pixel of each neighbor within the picture.
  @inline(__always)
  private func neighbors(of pixel: Int, _ body: (Int, Int) -> Void) {
    let width = problem.width
    let (x, y) = (pixel % width, pixel / width)
    let (hasLeft, hasRight) = (x > 0, x + 1 < width)
    if hasRight { body(0, pixel + 1) }
    if y + 1 < problem.height {
      body(1, pixel + width)
      if hasRight { body(2, pixel + width + 1) }
      if hasLeft { body(3, pixel + width - 1) }
    }
    if hasLeft { body(4, pixel - 1) }
    if y > 0 {
      body(5, pixel - width)
      if hasLeft { body(6, pixel - width - 1) }
      if hasRight { body(7, pixel - width + 1) }
    }
  }
}
