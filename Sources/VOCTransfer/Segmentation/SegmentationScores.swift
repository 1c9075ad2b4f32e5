internal import Metrics

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
  /// Mean over classes of intersection over union: the mIU of the tables.
  public let meanOverlap: Double
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
  init(_ matrix: ConfusionMatrix, pictures: Int) {
    let (overlaps, accuracies) = (matrix.intersectionOverUnion, matrix.accuracy)
    let count = matrix.classes.count
    let pixels = matrix.classes.indices.map { row in
      matrix.counts[row * count..<(row + 1) * count].reduce(0, +)
    }
    self.pictures = pictures
    meanOverlap = overlaps.mean!
    pixelAccuracy = matrix.pixelAccuracy!
    meanAccuracy = accuracies.mean!
    frequencyWeightedOverlap = matrix.frequencyWeightedIU!
    commonest = Double(pixels.max()!) / Double(matrix.pixels)
    chance = commonest / Double(pixels.count { $0 > 0 })
    classes = matrix.classes.indices.map {
      ClassScore(
        name: matrix.classes[$0], overlap: overlaps.values[$0], accuracy: accuracies.values[$0],
        pixels: pixels[$0])
    }
    confusion = matrix.counts
  }

  /// Per class, background first, the overlap and accuracy in percent as Markdown: a mean over
  /// classes hides which of them it rests on.
  public var perClass: String {
    let names = classes.map(\.name)
    return PerClassTable(
      title: "class, %",
      rows: [
        ("IU", PerClassScores(classes: names, values: classes.map(\.overlap))),
        ("accuracy", PerClassScores(classes: names, values: classes.map(\.accuracy))),
      ]
    ).markdown
  }
}
