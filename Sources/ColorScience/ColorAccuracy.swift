/// How near predicted colors come to the true ones: the AuC of the colorization paper, and the
/// RMSE.
///
/// The curve gives the share of pixels whose ab error is at most t, for t = 0, 1, ..., 150; its
/// area divided by 150 is the AuC. In the rebalanced curve a pixel counts with the weight of the
/// bin nearest to its true color. Pixels of all pictures are pooled.
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 3.1. The authors released no code for it;
///   this is the reading of the public reimplementations.
public struct ColorAccuracy: Sendable {
  /// The largest error on the curve.
  public static let reach = 150

  /// The bins by which true colors are weighted.
  public let bins: ColorBins
  /// The weight of each bin.
  public let weights: [Double]
  /// The number of pixels compared.
  public private(set) var pixels = 0

  /// Pixels, and their weights, by the least threshold that admits them; the last admits none.
  private var counts = [Double](repeating: 0, count: reach + 2)
  private var weighted = [Double](repeating: 0, count: reach + 2)
  private var squares = 0.0

  /// An empty comparison; `weights` are usually those of `Rebalancing`.
  public init(bins: ColorBins = .standard, weights: [Double]) {
    require(
      weights.count == bins.count,
      "ColorAccuracy: \(weights.count) weights for \(bins.count) bins")
    self.bins = bins
    self.weights = weights
  }

  /// Compares the pixels of a picture.
  ///
  /// - Shapes: every plane [pixels].
  public mutating func add(
    predictedA: [Float], predictedB: [Float], trueA: [Float], trueB: [Float]
  ) {
    require(
      [predictedB.count, trueA.count, trueB.count].allSatisfy { $0 == predictedA.count },
      "ColorAccuracy: planes of \(predictedA.count), \(predictedB.count), \(trueA.count) and "
        + "\(trueB.count) pixels")
    for at in predictedA.indices {
      let da = Double(predictedA[at]) - Double(trueA[at])
      let db = Double(predictedB[at]) - Double(trueB[at])
      let square = da * da + db * db
      require(square.isFinite, "ColorAccuracy: pixel \(at) is not finite")
      let bucket = Int(min(square.squareRoot().rounded(.up), Double(ColorAccuracy.reach + 1)))
      counts[bucket] += 1
      weighted[bucket] += weights[bins.nearest(a: trueA[at], b: trueB[at])]
      squares += square
    }
    pixels += predictedA.count
  }

  /// Adds the pixels that another comparison has seen; both have the same weights.
  public mutating func merge(_ other: ColorAccuracy) {
    require(weights == other.weights, "ColorAccuracy: the weights of the two differ")
    for at in counts.indices {
      counts[at] += other.counts[at]
      weighted[at] += other.weighted[at]
    }
    squares += other.squares
    pixels += other.pixels
  }

  /// The share of pixels within each threshold 0...150; traps when no pixel was compared.
  public var curve: [Double] { cumulative(counts) }
  /// The share of weight within each threshold 0...150.
  public var rebalancedCurve: [Double] { cumulative(weighted) }
  /// The area under `curve`, 0...1.
  public var auc: Double { area(curve) }
  /// The area under `rebalancedCurve`, 0...1.
  public var rebalancedAuC: Double { area(rebalancedCurve) }
  /// The weight of all pixels compared; 0 where every true color is one that was never seen.
  public var totalWeight: Double { weighted.reduce(0, +) }
  /// The root of the mean squared error over both channels, in ab units.
  public var rmse: Double { (squares / Double(2 * pixels)).squareRoot() }

  private func cumulative(_ histogram: [Double]) -> [Double] {
    let total = histogram.reduce(0, +)
    require(total > 0, "ColorAccuracy: no pixel with a weight has been compared")
    var sum = 0.0
    return histogram.dropLast().map { count in
      sum += count
      return sum / total
    }
  }

  /// The trapezoid rule.
  private func area(_ curve: [Double]) -> Double {
    (curve.reduce(0, +) - (curve[0] + curve[ColorAccuracy.reach]) / 2) / Double(ColorAccuracy.reach)
  }
}
