internal import ColorScience
internal import Foundation
internal import Tensors

/// The bins that targets are classified into, and the soft code of a target over them.
///
/// For ab these are the 313 points of the paper; for lightness 100 bins of one unit; for RGB the
/// 216 colors of a grid of 6 levels a channel. Distances are in Lab units, for RGB in hundredths of
/// its range.
public struct TargetCode: Sendable {
  /// The centers, one plane for each channel: [channels][bins].
  public let centers: [[Float]]
  /// Bins in a code.
  public let neighbors: Int
  /// Standard deviation of the Gaussian that weighs them.
  public let sigma: Double
  /// What a unit of the target counts in distances.
  private let unit: Float
  /// The fast encoder of ab.
  private let ab: SoftEncoder?

  /// The code of a pair's target. `neighbors` is at most the number of bins.
  public init(of pair: ChannelPair, neighbors: Int, sigma: Double) {
    self.neighbors = neighbors
    self.sigma = sigma
    unit = pair == .grayToRGB ? 100 : 1
    switch pair {
    case .lightnessToAB:
      let encoder = SoftEncoder(neighbors: neighbors, sigma: sigma)
      ab = encoder
      centers = [encoder.bins.a, encoder.bins.b]
    case .abToLightness:
      ab = nil
      centers = [(0..<100).map { Float($0) + 0.5 }]
    case .grayToRGB:
      ab = nil
      centers = [36, 6, 1].map { step in (0..<216).map { Float($0 / step % 6) / 5 } }
    }
    precondition(
      (1...centers[0].count).contains(neighbors) && sigma > 0,
      "TargetCode: \(neighbors) of \(centers[0].count) bins, sigma \(sigma)")
  }

  /// The code for a device; distances are in the target's own units there.
  var parameters: SoftCodeParameters {
    SoftCodeParameters(centers: centers, neighbors: neighbors, sigma: sigma / Double(unit))
  }

  /// The number of bins.
  public var count: Int { centers[0].count }

  /// The soft code of each position, nearest bin first.
  ///
  /// - Shapes: `target` [channels][positions]; results [positions, neighbors].
  public func encode(_ target: [[Float]]) -> (bins: [Int32], shares: [Float]) {
    let positions = target[0].count
    var bins = [Int32](repeating: 0, count: positions * neighbors)
    var shares = [Float](repeating: 0, count: positions * neighbors)
    bins.withUnsafeMutableBufferPointer { bins in
      shares.withUnsafeMutableBufferPointer { shares in
        if let ab {
          target[0].withUnsafeBufferPointer { a in
            target[1].withUnsafeBufferPointer { b in
              ab.encode(a: a, b: b, into: bins, weights: shares)
            }
          }
        } else {
          for position in 0..<positions {
            let place = position * neighbors..<(position + 1) * neighbors
            encode(
              target.map { $0[position] }, .init(rebasing: bins[place]),
              .init(rebasing: shares[place]))
          }
        }
      }
    }
    return (bins, shares)
  }

  /// The soft codes as the loss wants them, a plane for each neighbor, and the sum of their
  /// entropies in nats.
  ///
  /// - Shapes: `target` [channels][positions]; results [neighbors, positions].
  func encodePlanes(_ target: [[Float]]) -> (bins: [Int32], shares: [Float], entropy: Double) {
    let positions = target[0].count
    var bins = [Int32](repeating: 0, count: positions * neighbors)
    var shares = [Float](repeating: 0, count: positions * neighbors)
    if let ab {
      let entropy = bins.withUnsafeMutableBufferPointer { bins in
        shares.withUnsafeMutableBufferPointer { shares in
          target[0].withUnsafeBufferPointer { a in
            target[1].withUnsafeBufferPointer { b in
              ab.encodePlanes(a: a, b: b, into: bins, weights: shares)
            }
          }
        }
      }
      return (bins, shares, entropy)
    }
    let found = encode(target)
    for position in 0..<positions {
      for neighbor in 0..<neighbors {
        bins[neighbor * positions + position] = found.bins[position * neighbors + neighbor]
        shares[neighbor * positions + position] = found.shares[position * neighbors + neighbor]
      }
    }
    return (bins, shares, found.shares.withUnsafeBufferPointer { SoftCode.entropy(of: $0) })
  }

  /// Looks at every bin: few positions and a few hundred bins need nothing cleverer.
  private func encode(
    _ point: [Float], _ bins: UnsafeMutableBufferPointer<Int32>,
    _ shares: UnsafeMutableBufferPointer<Float>
  ) {
    // Insertion into the list of the nearest; among equals the lower index comes first.
    for at in bins.indices { (bins[at], shares[at]) = (-1, .infinity) }
    for bin in 0..<count {
      var distance: Float = 0
      for (channel, value) in point.enumerated() {
        let d = (value - centers[channel][bin]) * unit
        distance += d * d
      }
      var at = neighbors - 1
      guard distance < shares[at] else { continue }
      while at > 0 && distance < shares[at - 1] {
        (bins[at], shares[at]) = (bins[at - 1], shares[at - 1])
        at -= 1
      }
      (bins[at], shares[at]) = (Int32(bin), distance)
    }
    // Relative to the nearest, so that a point far from every bin has a code too.
    let nearest = shares[0]
    var total: Float = 0
    for at in shares.indices {
      shares[at] = Float(exp(Double(nearest - shares[at]) / (2 * sigma * sigma)))
      total += shares[at]
    }
    for at in shares.indices { shares[at] /= total }
  }

  /// The annealed mean of each position: the expectation of the centers under
  /// softmax(logits / temperature).
  ///
  /// - Shapes: `logits` [bins, positions]; result [channels][positions].
  public func decode(_ logits: [Float], positions: Int, temperature: Double) -> [[Float]] {
    if ab != nil {
      let decoder = ColorDecoder(decoding: .annealedMean(temperature: temperature))
      let (a, b) = decoder.decode(logits: logits, pixels: positions)
      return [a, b]
    }
    var means = centers.map { _ in [Float](repeating: 0, count: positions) }
    for position in 0..<positions {
      let scores = (0..<count).map { Double(logits[$0 * positions + position]) / temperature }
      let highest = scores.max()!
      var (total, sums) = (0.0, [Double](repeating: 0, count: centers.count))
      for bin in 0..<count {
        let weight = exp(scores[bin] - highest)
        total += weight
        for channel in sums.indices { sums[channel] += weight * Double(centers[channel][bin]) }
      }
      for channel in sums.indices { means[channel][position] = Float(sums[channel] / total) }
    }
    return means
  }
}
