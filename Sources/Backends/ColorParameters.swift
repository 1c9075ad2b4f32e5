/// How words of 8-bit sRGB become planes of numbers: a curve, a linear map, CIE's cube root where
/// there is one, and a weighted sum for each plane.
public struct ColorPlaneParameters: Hashable, Sendable {
  /// CIE's cube root: f(t) is the root above `knee` and a straight line below.
  public struct Root: Hashable, Sendable {
    /// Where the line ends.
    public var knee: Float
    /// The line: slope t + start.
    public var slope, start: Float

    /// A root of these numbers.
    public init(knee: Float, slope: Float, start: Float) {
      (self.knee, self.slope, self.start) = (knee, slope, start)
    }
  }

  /// What each of the 256 codes counts, such as its linear light.
  public let curve: [Float]
  /// What red, green and blue contribute to each of three numbers u, v, w: 9 factors, row by row.
  public let mixing: [Float]
  /// The root; where there is one the three numbers become f(u) - f(v), f(v) and f(v) - f(w), of
  /// which CIE's a, L and b are multiples.
  public let root: Root?
  /// For each plane the factors of the three numbers and a constant: 4 numbers, plane by plane.
  public let sums: [Float]
  /// Pixels from one sample to the next, across and down.
  public let step: Int

  /// Planes of these tables; traps when they do not have the lengths above.
  public init(
    curve: [Float], mixing: [Float], root: Root? = nil, sums: [[Float]], step: Int = 1
  ) {
    require(
      curve.count == 256 && mixing.count == 9 && !sums.isEmpty && step > 0
        && sums.allSatisfy { $0.count == 4 },
      "ColorPlaneParameters: a curve of \(curve.count) codes, \(mixing.count) factors and sums of "
        + "\(sums.map(\.count)) at every \(step)th pixel")
    self.curve = curve
    self.mixing = mixing
    self.root = root
    self.sums = sums.flatMap(\.self)
    self.step = step
  }

  /// The shape of the planes; traps where `pixels` is not [n, h, w].
  public func outputShape(pixels: Shape) -> Shape {
    require(pixels.rank == 3, "colorPlanes: pixels \(pixels) are not [n, h, w]")
    return [
      pixels[0], sums.count / 4, (pixels[1] + step - 1) / step, (pixels[2] + step - 1) / step,
    ]
  }

  /// All numbers in one row: curve, mixing, sums, and the root's three.
  var table: [Float] {
    curve + mixing + sums + (root.map { [$0.knee, $0.slope, $0.start] } ?? [0, 0, 0])
  }
}

/// A code over centers: the nearest of them with shares exp(-d^2 / (2 sigma^2)) that sum to 1.
public struct SoftCodeParameters: Hashable, Sendable {
  /// The centers, one plane for each channel: [channels, bins].
  public let centers: [Float]
  /// The number of centers.
  public let bins: Int
  /// Centers in a code.
  public let neighbors: Int
  /// The standard deviation, in the units of the centers.
  public let sigma: Double

  /// A code over `centers` [channels][bins]; traps where `neighbors` are more than there are.
  public init(centers: [[Float]], neighbors: Int, sigma: Double) {
    bins = centers.first?.count ?? 0
    require(
      centers.allSatisfy { [bins] in $0.count == bins } && (1...max(bins, 1)).contains(neighbors)
        && bins > 0 && sigma > 0,
      "SoftCodeParameters: \(neighbors) of \(centers.map(\.count)) centers, sigma \(sigma)")
    self.centers = centers.flatMap(\.self)
    self.neighbors = neighbors
    self.sigma = sigma
  }

  /// Traps where `x` does not have a channel for each coordinate of a center.
  func check(_ x: Shape) {
    require(
      x.rank >= 2 && x[1] * bins == centers.count,
      "softCode: centers of \(centers.count / bins) coordinates do not fit \(x)")
  }
}

/// What the positions of a code weigh.
public struct CodeWeightParameters: Hashable, Sendable {
  /// The weight of each class; empty where there are no classes.
  public let weights: [Float]
  /// Images in which no magnitude exceeds this weigh nothing.
  public let threshold: Float

  /// These weights.
  public init(weights: [Float] = [], threshold: Float) {
    self.weights = weights
    self.threshold = threshold
  }

  /// Traps where classes and weights do not belong together.
  func check(_ x: Shape, _ classes: Storage?) {
    require(
      x.rank >= 2 && (classes == nil) == weights.isEmpty
        && classes.map {
          $0.dtype == .i32 && $0.shape.rank == x.rank && $0.shape[1] > 0
            && $0.shape.replacing(1, with: 0) == x.replacing(1, with: 0)
        } ?? true,
      "codeWeights: classes \(classes.map { "\($0.shape)" } ?? "none") and \(weights.count) "
        + "weights do not fit \(x)")
  }
}
