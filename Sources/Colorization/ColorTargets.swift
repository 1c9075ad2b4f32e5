public import ColorScience
public import Images

/// What a colorization network is asked for at each output position: soft codes and weights.
///
/// - Source: Zhang, Isola & Efros, ECCV 2016, section 2.2; the released training layers.
public struct ColorTargets: Sendable {
  /// The bins and the soft code over them.
  public let encoder: SoftEncoder
  /// The weight of each bin in the gradient.
  public let binWeights: [Float]
  /// Input pixels per output position; ab is point-sampled at this step, as in the released
  /// network.
  public let stride: Int
  /// Crops in which no |a| or |b| exceeds this have weight zero.
  public let grayThreshold: Float

  /// Targets of these settings; `binWeights` has one number per bin.
  public init(
    encoder: SoftEncoder, binWeights: [Float], stride: Int = 4, grayThreshold: Float = 5
  ) {
    precondition(
      binWeights.count == encoder.bins.count,
      "ColorTargets: \(binWeights.count) weights for \(encoder.bins.count) bins")
    self.encoder = encoder
    self.binWeights = binWeights
    self.stride = stride
    self.grayThreshold = grayThreshold
  }

  /// The example that a square RGB crop becomes.
  public func example(of crop: Picture) -> ColorizationExample {
    let planes = LabPlanes(rgb: crop.samples)
    let (rows, columns) = (
      (crop.height + stride - 1) / stride, (crop.width + stride - 1) / stride
    )
    let (positions, k) = (rows * columns, encoder.neighbors)
    var (a, b) = ([Float](repeating: 0, count: positions), [Float](repeating: 0, count: positions))
    for row in 0..<rows {
      for column in 0..<columns {
        let source = row * stride * crop.width + column * stride
        a[row * columns + column] = planes.a[source]
        b[row * columns + column] = planes.b[source]
      }
    }
    var codes = [Int32](repeating: 0, count: positions * k)
    var shares = [Float](repeating: 0, count: positions * k)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        codes.withUnsafeMutableBufferPointer { codes in
          shares.withUnsafeMutableBufferPointer { shares in
            encoder.encode(a: a, b: b, into: codes, weights: shares)
          }
        }
      }
    }
    // The tensor wants [k, positions]; the encoder gives [positions, k], nearest bin first.
    var classes = [Int32](repeating: 0, count: positions * k)
    var classShares = [Float](repeating: 0, count: positions * k)
    var weights = [Float](repeating: 0, count: positions)
    var entropy = 0.0
    let hasColor = ColorPresence.hasColor(a: a, b: b, threshold: grayThreshold)
    shares.withUnsafeBufferPointer { shares in
      for position in 0..<positions {
        for neighbor in 0..<k {
          classes[neighbor * positions + position] = codes[position * k + neighbor]
          classShares[neighbor * positions + position] = shares[position * k + neighbor]
        }
        entropy += SoftCode.entropy(of: .init(rebasing: shares[position * k..<(position + 1) * k]))
        if hasColor { weights[position] = binWeights[Int(codes[position * k])] }
      }
    }
    return ColorizationExample(
      size: crop.width, rows: rows, columns: columns,
      lightness: planes.lightness.map { ($0 - 50) / 100 }, classes: classes, shares: classShares,
      weights: weights, entropy: entropy)
  }
}

/// One crop as the network sees it and what is asked of it.
public struct ColorizationExample: Sendable {
  /// Rows and columns of the crop.
  public let size: Int
  /// Rows of the target.
  public let rows: Int
  /// Columns of the target.
  public let columns: Int
  /// (L - 50) / 100, [size, size].
  public let lightness: [Float]
  /// Bins of the soft code, [k, rows, columns].
  public let classes: [Int32]
  /// Their shares, [k, rows, columns].
  public let shares: [Float]
  /// The weight of each position in the gradient, [rows, columns]; zero where the crop is gray.
  public let weights: [Float]
  /// The entropy of all soft codes together, in nats.
  public let entropy: Double
}
