#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The distribution of colors over a data set, smoothed by the soft codes of its pixels.
///
/// It grows pixel by pixel, and two of them merge, so threads and machines can share the counting.
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.2; that the smoothing averages the soft
///   codes of pixels, rather than blurring a histogram, is the authors' word.
public struct ColorPrior: Sendable, Equatable, Codable {
  /// The number of pixels that fell to each bin, in fractions.
  public private(set) var mass: [Double]
  /// The number of pixels counted.
  public private(set) var pixels: Double

  /// A prior of `binCount` bins that has seen no pixel.
  public init(binCount: Int = ColorBins.standard.count) {
    require(binCount > 0, "ColorPrior: there are no bins")
    mass = [Double](repeating: 0, count: binCount)
    pixels = 0
  }

  /// Counts a color `count` times.
  public mutating func add(_ code: SoftCode, count: Double = 1) {
    for (index, weight) in zip(code.indices, code.weights) {
      mass[Int(index)] += count * Double(weight)
    }
    pixels += count
  }

  /// Counts the soft codes of `pixels` pixels.
  ///
  /// - Shapes: `indices` and `weights` [pixels, neighbors].
  public mutating func add(
    indices: UnsafeBufferPointer<Int32>, weights: UnsafeBufferPointer<Float>, pixels: Int
  ) {
    require(
      indices.count == weights.count,
      "ColorPrior: \(indices.count) indices and \(weights.count) weights")
    mass.withUnsafeMutableBufferPointer { mass in
      for at in 0..<indices.count { mass[Int(indices[at])] += Double(weights[at]) }
    }
    self.pixels += Double(pixels)
  }

  /// Counts every pixel of two planes.
  public mutating func add(a: [Float], b: [Float], encodedBy encoder: SoftEncoder) {
    require(a.count == b.count, "ColorPrior: planes of \(a.count) and \(b.count) pixels")
    require(
      encoder.bins.count == mass.count,
      "ColorPrior: an encoder to \(encoder.bins.count) bins for a prior of \(mass.count)")
    // In pieces, so that a large picture's codes take no more memory than a small one's.
    let piece = 2048
    let count = min(piece, a.count) * encoder.neighbors
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { indices in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { weights in
        for start in stride(from: 0, to: a.count, by: piece) {
          let pixels = start..<min(start + piece, a.count)
          let codes = UnsafeMutableBufferPointer(
            rebasing: indices[..<(pixels.count * encoder.neighbors)])
          let shares = UnsafeMutableBufferPointer(
            rebasing: weights[..<(pixels.count * encoder.neighbors)])
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              encoder.encode(
                a: UnsafeBufferPointer(rebasing: a[pixels]),
                b: UnsafeBufferPointer(rebasing: b[pixels]), into: codes, weights: shares)
            }
          }
          add(indices: UnsafeBufferPointer(codes), weights: UnsafeBufferPointer(shares), pixels: 0)
        }
      }
    }
    pixels += Double(a.count)
  }

  /// Adds what another prior of the same bins has counted.
  public mutating func merge(_ other: ColorPrior) {
    require(
      mass.count == other.mass.count,
      "ColorPrior: \(other.mass.count) bins do not merge into \(mass.count)")
    for bin in mass.indices { mass[bin] += other.mass[bin] }
    pixels += other.pixels
  }

  /// The probability of each bin; traps when no pixel was counted.
  public var probabilities: [Double] {
    let total = mass.reduce(0, +)
    require(total > 0, "ColorPrior: no pixel has been counted")
    return mass.map { $0 / total }
  }

  /// The entropy of the distribution, in nats.
  public var entropy: Double {
    -probabilities.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
  }

  private enum CodingKeys: String, CodingKey { case mass, pixels }

  /// Reads a stored prior; one without bins, or with a number that cannot be a count, is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mass = try container.decode([Double].self, forKey: .mass)
    pixels = try container.decode(Double.self, forKey: .pixels)
    guard !mass.isEmpty, (mass + [pixels]).allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .mass, in: container,
        debugDescription: "a color prior needs bins, and counts that are finite and not negative")
    }
  }
}
