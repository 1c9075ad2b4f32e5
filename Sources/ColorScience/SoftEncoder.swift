#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Turns an ab value into a soft code: its nearest bins with Gaussian weights that sum to 1.
///
/// Among bins equally near at the cut, those of lower index are taken.
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.1. The paper says 5 neighbors; the released
///   code takes 10, and the authors call the 5 an error of the text.
public struct SoftEncoder: Sendable {
  /// The bins of the code.
  public let bins: ColorBins
  /// The number of bins in a code.
  public let neighbors: Int
  /// The standard deviation of the Gaussian, in ab units.
  public let sigma: Double

  private let candidates: BinCandidates

  /// An encoder to `neighbors` of these bins, with weights exp(-d^2 / (2 sigma^2)).
  public init(bins: ColorBins = .standard, neighbors: Int = 10, sigma: Double = 5) {
    require(sigma > 0, "SoftEncoder: sigma \(sigma) is not positive")
    self.bins = bins
    self.neighbors = neighbors
    self.sigma = sigma
    candidates = BinCandidates(
      a: bins.a, b: bins.b, step: Float(bins.step), neighbors: neighbors)
  }

  /// Writes the soft code of (a, b), nearest bin first.
  ///
  /// - Shapes: `indices` and `weights` hold `neighbors` elements each.
  public func encode(
    a x: Float, b y: Float, into indices: UnsafeMutableBufferPointer<Int32>,
    weights: UnsafeMutableBufferPointer<Float>
  ) {
    require(
      indices.count == neighbors && weights.count == neighbors,
      "SoftEncoder: \(neighbors) bins do not fit \(indices.count) indices, \(weights.count) weights"
    )
    encode(a: x, b: y, indices: indices.baseAddress!, weights: weights.baseAddress!)
  }

  /// Writes the soft codes of two planes, nearest bin first.
  ///
  /// - Shapes: `a` and `b` [pixels]; `indices` and `weights` [pixels, neighbors].
  public func encode(
    a: UnsafeBufferPointer<Float>, b: UnsafeBufferPointer<Float>,
    into indices: UnsafeMutableBufferPointer<Int32>, weights: UnsafeMutableBufferPointer<Float>
  ) {
    require(
      a.count == b.count && indices.count == a.count * neighbors && weights.count == indices.count,
      "SoftEncoder: planes of \(a.count) and \(b.count) pixels, \(neighbors) neighbors, do not fit "
        + "\(indices.count) indices and \(weights.count) weights")
    guard a.count > 0 else { return }
    for pixel in 0..<a.count {
      encode(
        a: a[pixel], b: b[pixel], indices: indices.baseAddress! + pixel * neighbors,
        weights: weights.baseAddress! + pixel * neighbors)
    }
  }

  /// The soft code of (a, b).
  public func encode(a x: Float, b y: Float) -> SoftCode {
    var indices = [Int32](repeating: 0, count: neighbors)
    var weights = [Float](repeating: 0, count: neighbors)
    encode(a: x, b: y, indices: &indices, weights: &weights)
    return SoftCode(indices: indices, weights: weights)
  }

  /// The soft codes of two planes as one distribution over all bins per pixel.
  ///
  /// - Shapes: `a` and `b` [pixels]; result [bins, pixels], planar.
  public func encodePlanar(a: [Float], b: [Float]) -> [Float] {
    require(
      a.count == b.count, "SoftEncoder: planes of \(a.count) and \(b.count) pixels")
    var planes = [Float](repeating: 0, count: bins.count * a.count)
    var indices = [Int32](repeating: 0, count: neighbors)
    var weights = [Float](repeating: 0, count: neighbors)
    for pixel in a.indices {
      encode(a: a[pixel], b: b[pixel], indices: &indices, weights: &weights)
      for (index, weight) in zip(indices, weights) {
        planes[Int(index) * a.count + pixel] = weight
      }
    }
    return planes
  }

  private func encode(
    a x: Float, b y: Float, indices: UnsafeMutablePointer<Int32>,
    weights: UnsafeMutablePointer<Float>
  ) {
    candidates.nearest(a: x, b: y, indices: indices, squaredDistances: weights)
    // Relative to the nearest, so that the weights of a point far outside do not underflow; and the
    // difference of squares is written so that such a point loses no digits either.
    bins.a.withUnsafeBufferPointer { binA in
      bins.b.withUnsafeBufferPointer { binB in
        let nearestA = binA[Int(indices[0])]
        let nearestB = binB[Int(indices[0])]
        let scale = Float(-1 / (2 * sigma * sigma))
        var sum: Float = 1
        for k in 1..<neighbors {
          let a = binA[Int(indices[k])]
          let b = binB[Int(indices[k])]
          let excess =
            (a - nearestA) * (a + nearestA - 2 * x) + (b - nearestB) * (b + nearestB - 2 * y)
          weights[k] = exp(scale * excess)
          sum += weights[k]
        }
        weights[0] = 1
        let share = 1 / sum
        for k in 0..<neighbors { weights[k] *= share }
      }
    }
  }
}

/// A distribution over few bins that stands for one color.
public struct SoftCode: Sendable, Equatable {
  /// The bins, nearest first.
  public let indices: [Int32]
  /// Their probabilities, which sum to 1.
  public let weights: [Float]

  /// A code of these bins and probabilities; traps when their numbers differ.
  public init(indices: [Int32], weights: [Float]) {
    require(
      indices.count == weights.count,
      "SoftCode: \(indices.count) bins with \(weights.count) probabilities")
    self.indices = indices
    self.weights = weights
  }

  /// The entropy, in nats.
  public var entropy: Double { weights.withUnsafeBufferPointer { SoftCode.entropy(of: $0) } }

  /// The entropy of a distribution, in nats; what has no weight counts nothing.
  public static func entropy(of weights: UnsafeBufferPointer<Float>) -> Double {
    var sum = 0.0
    for weight in weights where weight > 0 { sum -= Double(weight) * log(Double(weight)) }
    return sum
  }
}
