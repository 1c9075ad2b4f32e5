internal import ColorScience
internal import Images

/// What one method did to one picture, in numbers that add up over pictures.
public struct ColorScore: Sendable, Equatable, Codable {
  /// Pixels compared.
  public let pixels: Int
  /// The area under the picture's own curve of ab errors, 0...1.
  public let auc: Double
  /// The weight of all pixels, and the same times the area under the rebalanced curve.
  public let weight, weightedArea: Double
  /// The sum of squared errors of a and b.
  public let squaredError: Double
  /// Peak signal-to-noise ratio of the sRGB picture, in decibels; of an identical one that of a
  /// single sample off by one code, so that means stay finite.
  public let psnr: Double
  /// Whether the sRGB picture is the truth itself.
  public let isIdentical: Bool
  /// Hasler and Suesstrunk's colorfulness.
  public let colorfulness: Double
  /// Whether the recognizer names the picture right; nil where none was asked.
  public var isRecognized: Bool?
}

/// Compares colored versions of one picture with the truth.
struct ColorReferee: Sendable {
  let truth: Picture
  let planes: LabPlanes
  /// The weight of each bin in the rebalanced curve.
  let weights: [Double]

  init(_ truth: Picture, weights: [Double]) {
    self.truth = truth
    self.weights = weights
    planes = LabPlanes(rgb: truth.samples)
  }

  /// The picture in these colors, at the size of the truth.
  func painted(_ map: ChromaMap) -> Picture { map.painted(on: truth) }

  /// The score of a map at the picture's size, and of what it paints.
  func score(_ map: ChromaMap, _ painted: Picture) -> ColorScore {
    var accuracy = ColorAccuracy(weights: weights)
    accuracy.add(predictedA: map.a, predictedB: map.b, trueA: planes.a, trueB: planes.b)
    let weight = accuracy.totalWeight
    let rmse = accuracy.rmse
    let ratio = PictureQuality.peakSignalToNoiseRatio(truth.samples, painted.samples)
    return ColorScore(
      pixels: accuracy.pixels, auc: accuracy.auc, weight: weight,
      weightedArea: weight > 0 ? weight * accuracy.rebalancedAuC : 0,
      squaredError: rmse * rmse * Double(2 * accuracy.pixels),
      psnr: min(ratio, most), isIdentical: ratio == .infinity,
      colorfulness: PictureQuality.colorfulness(rgb: painted.samples))
  }

  /// The ratio where a single sample is off by one code.
  private var most: Double {
    var off = truth.samples
    off[0] = off[0] == 0 ? 1 : off[0] - 1
    return PictureQuality.peakSignalToNoiseRatio(truth.samples, off)
  }
}
