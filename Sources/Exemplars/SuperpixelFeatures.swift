/// What describes a region of a picture of lightness: answers to Gabor filters, a SURF descriptor,
/// brightness and its deviation, the last two also of the regions around it.
///
/// - Source: Gupta, Chia, Rajan, Ng & Huang, "Image colorization using similar images", ACM
///   Multimedia 2012, section 3.2. There SURF has 128 numbers; here 64, of scale 2.
struct SuperpixelFeatures: Sendable {
  /// The parts, in the order in which the cascade compares them.
  enum Part: Int, CaseIterable {
    case gabor, surf, brightness, deviation

    /// How much a part counts in the cost of a match.
    ///
    /// - Source: Gupta et al. 2012, as remembered.
    var weight: Float {
      switch self {
      case .gabor: 0.2
      case .surf: 0.5
      case .brightness: 0.2
      case .deviation: 0.1
      }
    }
  }

  /// Of each part, in their order, the numbers of all regions, [regions, numbers].
  private let values: [[Float]]
  /// Regions.
  let count: Int

  init(_ lightness: [Float], _ regions: Superpixels) {
    let width = regions.width
    count = regions.count
    let gabor = GaborPlanes(lightness, width: width).scales.map(regions.means)
    let surf = SURFPlanes(
      lightness, width: width, height: lightness.count / width, scale: 2)
    var descriptors = [Float](repeating: 0, count: count * SURFPlanes.length)
    var sizes = [Float](repeating: 0, count: count)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: SURFPlanes.length) { numbers in
      for (at, region) in regions.labels.enumerated() {
        surf.descriptor(at, into: numbers.baseAddress!)
        sizes[region] += 1
        for part in 0..<SURFPlanes.length {
          descriptors[region * SURFPlanes.length + part] += numbers[part]
        }
      }
    }
    for at in descriptors.indices { descriptors[at] /= sizes[at / SURFPlanes.length] }
    // Around the middle of the range, so that squares lose fewer digits.
    let moments = regions.means(lightness.map { SIMD2($0 - 50, ($0 - 50) * ($0 - 50)) })
    let means = moments.map { $0.x + 50 }
    let deviations = moments.map { max(0, $0.y - $0.x * $0.x).squareRoot() }
    let adjacent = regions.adjacent
    func withNeighbors(_ own: [Float]) -> [Float] {
      own.indices.flatMap { region -> [Float] in
        let around = adjacent[region].map { own[$0] }
        let mean = around.isEmpty ? own[region] : around.reduce(0, +) / Float(around.count)
        return [own[region], mean]
      }
    }
    values = Part.allCases.map { part in
      switch part {
      case .gabor:
        (0..<gabor[0].count).flatMap { region in
          gabor.flatMap { scale in (0..<GaborPlanes.directions).map { scale[region][$0] } }
        }
      case .surf: descriptors
      case .brightness: withNeighbors(means)
      case .deviation: withNeighbors(deviations)
      }
    }
  }

  /// The regions of several pictures in a row.
  init(joining pictures: [SuperpixelFeatures]) {
    values = Part.allCases.map { part in pictures.flatMap { $0.values[part.rawValue] } }
    count = pictures.reduce(0) { $0 + $1.count }
  }

  /// How far a region is from some of another picture's in one part.
  private func distances(
    _ part: Part, from region: Int, to candidates: [Int], in other: SuperpixelFeatures
  ) -> [Float] {
    let length = values[part.rawValue].count / count
    return values[part.rawValue].withUnsafeBufferPointer { own in
      other.values[part.rawValue].withUnsafeBufferPointer { theirs in
        candidates.map { candidate in
          let (one, two) = (
            own.baseAddress! + region * length, theirs.baseAddress! + candidate * length
          )
          var sum: Float = 0
          for at in 0..<length { sum += (one[at] - two[at]) * (one[at] - two[at]) }
          return sum.squareRoot()
        }
      }
    }
  }
}

extension SuperpixelFeatures {
  /// Of each region of `self` the region of `reference` that is most like it, and what the match
  /// costs: the weighted sum of its parts' distances, each over the largest that candidates had.
  ///
  /// Candidates are all regions of the reference first; of these each part in turn keeps the nearer
  /// half, but for the last, which decides by the cost.
  func matches(in reference: SuperpixelFeatures) -> [(region: Int, cost: Float)] {
    (0..<count).map { region in
      var candidates = Array(0..<reference.count)
      var costs = [Float](repeating: 0, count: reference.count)
      for part in Part.allCases {
        let distances = distances(part, from: region, to: candidates, in: reference)
        let largest = max(distances.max() ?? 0, .leastNormalMagnitude)
        for (candidate, distance) in zip(candidates, distances) {
          costs[candidate] += part.weight * distance / largest
        }
        guard part != Part.allCases.last else { break }
        let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
        candidates = order.prefix((candidates.count + 1) / 2).map { candidates[$0] }
      }
      let best = candidates.min { (costs[$0], $0) < (costs[$1], $1) }!
      return (best, costs[best])
    }
  }
}
