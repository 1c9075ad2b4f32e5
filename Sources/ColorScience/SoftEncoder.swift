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

  /// Writes the soft codes of two planes, nearest bin first, a plane for each neighbor, and returns
  /// the sum of their entropies in nats: what training wants, in one pass.
  ///
  /// - Shapes: `a` and `b` [pixels]; `indices` and `weights` [neighbors, pixels].
  public func encodePlanes(
    a: UnsafeBufferPointer<Float>, b: UnsafeBufferPointer<Float>,
    into indices: UnsafeMutableBufferPointer<Int32>, weights: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let pixels = a.count
    checkLengths(pixels, b.count, indices.count, weights.count)
    guard pixels > 0 else { return 0 }
    let (indices, weights) = (indices.baseAddress!, weights.baseAddress!)
    return encode(a: a.baseAddress!, b: b.baseAddress!, pixels: pixels) {
      start, count, k, bins, w in
      let at = k * pixels + start
      (weights + at).store(w, count)
      for lane in 0..<count { indices[at + lane] = bins[lane] }
    }
  }

  /// Writes the soft codes of two planes, nearest bin first.
  ///
  /// - Shapes: `a` and `b` [pixels]; `indices` and `weights` [pixels, neighbors].
  public func encode(
    a: UnsafeBufferPointer<Float>, b: UnsafeBufferPointer<Float>,
    into indices: UnsafeMutableBufferPointer<Int32>, weights: UnsafeMutableBufferPointer<Float>
  ) {
    checkLengths(a.count, b.count, indices.count, weights.count)
    guard a.count > 0 else { return }
    let (indices, weights) = (indices.baseAddress!, weights.baseAddress!)
    _ = encode(a: a.baseAddress!, b: b.baseAddress!, pixels: a.count) { start, count, k, bins, w in
      for lane in 0..<count {
        let at = (start + lane) * neighbors + k
        indices[at] = bins[lane]
        weights[at] = w[lane]
      }
    }
  }

  /// Writes the soft code of (a, b), nearest bin first.
  ///
  /// - Shapes: `indices` and `weights` hold `neighbors` elements each.
  public func encode(
    a x: Float, b y: Float, into indices: UnsafeMutableBufferPointer<Int32>,
    weights: UnsafeMutableBufferPointer<Float>
  ) {
    withUnsafePointer(to: x) { x in
      withUnsafePointer(to: y) { y in
        encode(
          a: UnsafeBufferPointer(start: x, count: 1), b: UnsafeBufferPointer(start: y, count: 1),
          into: indices, weights: weights)
      }
    }
  }

  /// The soft code of (a, b).
  public func encode(a x: Float, b y: Float) -> SoftCode {
    var indices = [Int32](repeating: 0, count: neighbors)
    var weights = [Float](repeating: 0, count: neighbors)
    indices.withUnsafeMutableBufferPointer { indices in
      weights.withUnsafeMutableBufferPointer { encode(a: x, b: y, into: indices, weights: $0) }
    }
    return SoftCode(indices: indices, weights: weights)
  }

  private func checkLengths(_ a: Int, _ b: Int, _ indices: Int, _ weights: Int) {
    require(
      a == b && indices == a * neighbors && weights == indices,
      "SoftEncoder: planes of \(a) and \(b) pixels, \(neighbors) neighbors, do not fit "
        + "\(indices) indices and \(weights) weights")
  }

  /// Hands the k-th nearest bins of up to eight pixels from `start` on, and their weights, to
  /// `body(start, count, k, bins, weights)`; returns the sum of all entropies in nats.
  @inline(__always)
  private func encode(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, pixels: Int,
    _ body: (Int, Int, Int, SIMD8<Int32>, Lanes) -> Void
  ) -> Double {
    let scale = Float(-1 / (2 * sigma * sigma))
    var entropy = 0.0
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8 * neighbors) { keys in
      withUnsafeTemporaryAllocation(of: SIMD8<Int32>.self, capacity: neighbors) { places in
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 2 * neighbors) { terms in
          bins.a.withUnsafeBufferPointer { binA in
            bins.b.withUnsafeBufferPointer { binB in
              for start in stride(from: 0, to: pixels, by: 8) {
                let count = min(8, pixels - start)
                for lane in 0..<count {
                  candidates.nearest(
                    a: a[start + lane], b: b[start + lane],
                    keys: keys.baseAddress! + lane * neighbors)
                }
                let (x, y) = ((a + start).lanes(count), (b + start).lanes(count))
                var (nearestA, nearestB) = (Lanes.zero, Lanes.zero)
                var (sum, moment) = (Lanes.zero, Lanes.zero)
                for k in 0..<neighbors {
                  var place = SIMD8<Int32>.zero
                  var (binX, binY) = (Lanes.zero, Lanes.zero)
                  for lane in 0..<count {
                    let bin = Int(truncatingIfNeeded: keys[lane * neighbors + k] & 0xFFFF_FFFF)
                    place[lane] = Int32(truncatingIfNeeded: bin)
                    binX[lane] = binA[bin]
                    binY[lane] = binB[bin]
                  }
                  if k == 0 { (nearestA, nearestB) = (binX, binY) }
                  // Relative to the nearest, so that the weights of a point far outside do not
                  // underflow; and the difference of squares is written so that such a point loses
                  // no digits either.
                  let excess =
                    (binX - nearestA) * (binX + nearestA - 2 * x)
                    + (binY - nearestB) * (binY + nearestB - 2 * y)
                  let t = scale * excess
                  let e = exponential(t.replacing(with: 0, where: t .> 0))
                  places[k] = place
                  terms[k] = e
                  sum += e
                  moment += e * t
                }
                let share = 1 / sum
                for k in 0..<neighbors { body(start, count, k, places[k], terms[k] * share) }
                // -sum w log w, with w = exp(t) / sum
                let mean = moment * share
                for lane in 0..<count { entropy += Double(log(sum[lane]) - mean[lane]) }
              }
            }
          }
        }
      }
    }
    return entropy
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
