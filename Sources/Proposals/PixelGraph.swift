/// The pixels of a picture, each joined to its eight neighbors by an edge that weighs as much as
/// their colors differ; the edges are sorted by weight.
///
/// - Source: Felzenszwalb & Huttenlocher, "Efficient graph-based image segmentation", IJCV 2004.
public struct PixelGraph: Sendable {
  private let width, height: Int
  /// Four times the edge's upper left pixel, and which of its four edges it is.
  private var edges: [UInt32]
  /// The weights as the bits of non-negative floats, whose order is theirs.
  private var keys: [UInt32]

  /// The graph of planes of equal size, each row by row; traps where their size is another.
  public init(_ planes: [[Float]], width: Int, height: Int) {
    precondition(
      width > 0 && height > 0 && planes.allSatisfy { $0.count == width * height },
      "PixelGraph: planes of \(planes.map(\.count)) pixels are not \(width) x \(height)")
    (self.width, self.height) = (width, height)
    (edges, keys) = ([], [])
    edges.reserveCapacity(4 * width * height)
    keys.reserveCapacity(4 * width * height)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        for (direction, step) in Self.steps.enumerated() {
          let (column, row) = (x + step.x, y + step.y)
          guard column >= 0, column < width, row < height else { continue }
          let other = row * width + column
          var sum: Float = 0
          for plane in planes {
            let difference = plane[pixel] - plane[other]
            sum += difference * difference
          }
          edges.append(UInt32(4 * pixel + direction))
          keys.append(sum.squareRoot().bitPattern)
        }
      }
    }
    sort()
  }

  private static let steps = [(x: 1, y: 0), (x: -1, y: 1), (x: 0, y: 1), (x: 1, y: 1)]

  /// Sorts by weight, equal weights in their order: three passes over digits of eleven bits.
  private mutating func sort() {
    var (sortedEdges, sortedKeys) = (edges, keys)
    for shift in [0, 11, 22] {
      var places = [Int](repeating: 0, count: 2049)
      for key in keys { places[Int(key >> shift & 2047) + 1] += 1 }
      for digit in 1..<places.count { places[digit] += places[digit - 1] }
      for index in keys.indices {
        let digit = Int(keys[index] >> shift & 2047)
        sortedKeys[places[digit]] = keys[index]
        sortedEdges[places[digit]] = edges[index]
        places[digit] += 1
      }
      swap(&edges, &sortedEdges)
      swap(&keys, &sortedKeys)
    }
  }

  /// The segmentation of scale `k`: two regions are joined by an edge that weighs no more than the
  /// heaviest inside each plus k over its size; then regions of fewer than `minimumSize` pixels are
  /// joined to the neighbor that is most alike.
  public func segments(k: Float, minimumSize: Int) -> Segments {
    var forest = Forest(width * height, k: k)
    let offsets = Self.steps.map { $0.y * width + $0.x }
    for (edge, key) in zip(edges, keys) {
      let pixel = Int(edge >> 2)
      let a = forest.root(pixel)
      let b = forest.root(pixel + offsets[Int(edge & 3)])
      let weight = Float(bitPattern: key)
      if a != b && weight <= min(forest.limit[a], forest.limit[b]) { forest.join(a, b, weight) }
    }
    for edge in edges {
      let pixel = Int(edge >> 2)
      let a = forest.root(pixel)
      let b = forest.root(pixel + offsets[Int(edge & 3)])
      if a != b && min(forest.size[a], forest.size[b]) < minimumSize { forest.join(a, b, 0) }
    }
    return Segments(forest: &forest)
  }
}

/// Disjoint sets of pixels.
private struct Forest {
  var parent: [Int32]
  var size: [Int32]
  /// The weight of an edge that may still join the set of this root to another.
  var limit: [Float]
  let k: Float

  init(_ count: Int, k: Float) {
    parent = (0..<Int32(count)).map { $0 }
    size = [Int32](repeating: 1, count: count)
    limit = [Float](repeating: k, count: count)
    self.k = k
  }

  mutating func root(_ pixel: Int) -> Int {
    var pixel = pixel
    while Int(parent[pixel]) != pixel {
      parent[pixel] = parent[Int(parent[pixel])]
      pixel = Int(parent[pixel])
    }
    return pixel
  }

  mutating func join(_ a: Int, _ b: Int, _ weight: Float) {
    let (large, small) = size[a] >= size[b] ? (a, b) : (b, a)
    parent[small] = Int32(large)
    size[large] += size[small]
    limit[large] = weight + k / Float(size[large])
  }
}

/// A picture divided into regions.
public struct Segments: Sendable {
  /// The region of each pixel, numbered in the order of their first pixels.
  public let labels: [Int32]
  /// Regions.
  public let count: Int

  fileprivate init(forest: inout Forest) {
    var numbers = [Int32](repeating: -1, count: forest.parent.count)
    var labels = [Int32](repeating: 0, count: forest.parent.count)
    var count: Int32 = 0
    for pixel in labels.indices {
      let root = forest.root(pixel)
      if numbers[root] < 0 {
        numbers[root] = count
        count += 1
      }
      labels[pixel] = numbers[root]
    }
    self.labels = labels
    self.count = Int(count)
  }

  /// The pairs of regions that have pixels side by side or one below the other, the lower number
  /// first, in order.
  func neighbors(width: Int, height: Int) -> [(Int, Int)] {
    var pairs: Set<UInt64> = []
    func add(_ a: Int32, _ b: Int32) {
      if a != b { pairs.insert(UInt64(min(a, b)) << 32 | UInt64(max(a, b))) }
    }
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        if x + 1 < width { add(labels[pixel], labels[pixel + 1]) }
        if y + 1 < height { add(labels[pixel], labels[pixel + width]) }
      }
    }
    return pairs.sorted().map { (Int($0 >> 32), Int($0 & 0xFFFF_FFFF)) }
  }
}
