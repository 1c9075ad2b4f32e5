public import Metrics

/// The scores of one confusion matrix, as results keep them; all in 0...1.
public struct SegmentationScores: Codable, Sendable, Equatable {
  /// One class, background included.
  public struct ClassScore: Codable, Sendable, Equatable {
    /// The class.
    public let name: String
    /// Intersection over union; nil where the class is neither in the truth nor predicted.
    public let overlap: Double?
    /// The share of the class's pixels given to it; nil where it has none.
    public let accuracy: Double?
    /// Its pixels in the truth.
    public let pixels: Int
  }

  /// Pictures scored.
  public let pictures: Int
  /// Mean of intersection over union over the classes that the truth shows: the mIU of the tables.
  /// A class that it does not show would count as 0 or not at all by whether a stray pixel is given
  /// to it, and runs would be averaged over different classes.
  public let meanOverlap: Double
  /// Mean of intersection over union over the classes that the truth shows or that are predicted,
  /// as FCN's `score.py` has it; nil in results of earlier versions.
  public let meanOverlapOverUnion: Double?
  /// The share of pixels given to their class.
  public let pixelAccuracy: Double
  /// Mean over classes of each one's accuracy.
  public let meanAccuracy: Double
  /// Intersection over union weighted by the classes' pixels.
  public let frequencyWeightedOverlap: Double
  /// The share of the commonest class: the pixel accuracy without knowledge.
  public let commonest: Double
  /// The mIU of giving every pixel to the commonest class: what a network without knowledge gets.
  public let chance: Double
  /// Each class.
  public let classes: [ClassScore]
  /// The pixels of each true class (rows) given to each class (columns), row by row.
  public let confusion: [Int]

  /// The scores of a matrix over `pictures`, in which at least one pixel counts.
  public init(_ matrix: ConfusionMatrix, pictures: Int) {
    let (overlaps, accuracies) = (matrix.intersectionOverUnion, matrix.accuracy)
    let count = matrix.classes.count
    let pixels = matrix.classes.indices.map { row in
      matrix.counts[row * count..<(row + 1) * count].reduce(0, +)
    }
    self.pictures = pictures
    let shown = pixels.indices.filter { pixels[$0] > 0 }
    meanOverlap = shown.reduce(0) { $0 + overlaps.values[$1]! } / Double(shown.count)
    meanOverlapOverUnion = overlaps.mean
    pixelAccuracy = matrix.pixelAccuracy!
    meanAccuracy = accuracies.mean!
    frequencyWeightedOverlap = matrix.frequencyWeightedIU!
    commonest = Double(pixels.max()!) / Double(matrix.pixels)
    chance = commonest / Double(shown.count)
    classes = matrix.classes.indices.map {
      ClassScore(
        name: matrix.classes[$0], overlap: overlaps.values[$0], accuracy: accuracies.values[$0],
        pixels: pixels[$0])
    }
    confusion = matrix.counts
  }
}
