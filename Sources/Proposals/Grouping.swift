/// What makes two regions similar: a sum of terms between 0 and 1.
public struct RegionSimilarity: Codable, Hashable, Sendable {
  /// Whether colors count: what the histograms share.
  public var color: Bool
  /// Whether textures count: what the histograms of gradients share.
  public var texture: Bool
  /// Whether small regions are joined first.
  public var size: Bool
  /// Whether regions that fill their common box are joined first.
  public var fill: Bool

  /// A sum of these terms.
  public init(color: Bool, texture: Bool, size: Bool, fill: Bool) {
    (self.color, self.texture, self.size, self.fill) = (color, texture, size, fill)
  }

  /// All four terms.
  public static let all = RegionSimilarity(color: true, texture: true, size: true, fill: true)
  /// All but color.
  public static let withoutColor = RegionSimilarity(
    color: false, texture: true, size: true, fill: true)

  func callAsFunction(_ features: RegionFeatures, _ a: Int, _ b: Int) -> Float {
    var sum: Float = 0
    let split = features.colorVectors
    if color { sum += features.shared(a, b, 0..<split) }
    if texture { sum += features.shared(a, b, split..<features.vectors) }
    let sizes = features.sizes[a] + features.sizes[b]
    if size { sum += 1 - sizes / features.area }
    if fill {
      let box = features.boxes[a].joined(features.boxes[b])
      sum += 1 - (Float(box.width * box.height) - sizes) / features.area
    }
    return sum
  }
}

extension RegionFeatures {
  /// The intersection of two regions' histograms: the sum of the smaller of each two entries.
  ///
  /// As both histograms sum to 1, it is 1 less half the sum of their differences, for which any
  /// processor has vector instructions.
  fileprivate func shared(_ a: Int, _ b: Int, _ range: Range<Int>) -> Float {
    var sum = Vector(repeating: 0)
    let withoutSign = SIMD16<UInt32>(repeating: 0x7FFF_FFFF)
    histograms.withUnsafeBufferPointer { histograms in
      let (left, right) = (
        histograms.baseAddress! + a * vectors, histograms.baseAddress! + b * vectors
      )
      for vector in range {
        let difference = unsafeBitCast(left[vector] - right[vector], to: SIMD16<UInt32>.self)
        sum += unsafeBitCast(difference & withoutSign, to: Vector.self)
      }
    }
    return 1 - sum.sum() / 2
  }
}

/// The hierarchy of regions that comes of merging the two most similar neighbors again and again.
///
/// - Source: Uijlings et al. 2013, algorithm 1.
struct Grouping {
  /// The boxes of all regions: those of the segmentation, then one for each merge; the last is the
  /// whole picture.
  let boxes: [ProposalBox]

  /// Groups regions, of which `neighbors` lists the pairs that touch.
  init(
    _ features: RegionFeatures, _ neighbors: [(Int, Int)], _ similarity: RegionSimilarity
  ) {
    var features = features
    let first = features.count
    var adjacent = [[Int]](repeating: [], count: first)
    var queue = PairQueue()
    for (a, b) in neighbors {
      adjacent[a].append(b)
      adjacent[b].append(a)
      queue.push(.init(similarity: similarity(features, a, b), a: a, b: b))
    }
    var isMerged = [Bool](repeating: false, count: 2 * first)
    // The last region that looked at each one, so that common neighbors are met once.
    var lastVisit = [Int](repeating: -1, count: 2 * first)
    while let best = queue.pop() {
      guard !isMerged[best.a], !isMerged[best.b] else { continue }
      let region = features.count
      features.join(best.a, best.b)
      isMerged[best.a] = true
      isMerged[best.b] = true
      var around: [Int] = []
      for other in adjacent[best.a] + adjacent[best.b]
      where !isMerged[other] && lastVisit[other] != region {
        lastVisit[other] = region
        around.append(other)
        adjacent[other].append(region)
        queue.push(.init(similarity: similarity(features, other, region), a: other, b: region))
      }
      adjacent[best.a] = []
      adjacent[best.b] = []
      adjacent.append(around)
    }
    boxes = features.boxes
  }
}

/// Pairs of regions, the most similar on top; of equal ones the older regions.
private struct PairQueue {
  struct Pair {
    let similarity: Float
    let a, b: Int

    static func precedes(_ left: Pair, _ right: Pair) -> Bool {
      left.similarity != right.similarity
        ? left.similarity > right.similarity : (left.a, left.b) < (right.a, right.b)
    }
  }

  private var heap: [Pair] = []

  mutating func push(_ pair: Pair) {
    var place = heap.count
    heap.append(pair)
    while place > 0, Pair.precedes(pair, heap[(place - 1) / 2]) {
      heap[place] = heap[(place - 1) / 2]
      place = (place - 1) / 2
    }
    heap[place] = pair
  }

  mutating func pop() -> Pair? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    var place = 0
    while true {
      var child = 2 * place + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, Pair.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Pair.precedes(heap[child], last) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = last
    return top
  }
}
