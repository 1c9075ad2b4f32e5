internal import Tensors

/// How often pixels of each class were given to each class, over a whole set of pictures.
///
/// All scores come from one matrix over the set, as in the VOC development kit and FCN's
/// `score.py`; they are not means over pictures. Scores are in 0...1.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The label of pixels that do not count.
  public static let void: UInt8 = 255

  /// The names of the classes, background included.
  public let classes: [String]
  /// The pixels of each true class (rows) given to each class (columns).
  ///
  /// - Shapes: [classes, classes], row by row.
  public private(set) var counts: [Int]

  /// An empty matrix; there are 1 to 255 classes.
  public init(classes: [String]) {
    require(
      (1...Int(ConfusionMatrix.void)).contains(classes.count),
      "ConfusionMatrix: \(classes.count) classes are not in 1...255")
    self.classes = classes
    counts = Array(repeating: 0, count: classes.count * classes.count)
  }

  /// A matrix of counts that were made before.
  public init(classes: [String], counts: [Int]) {
    self.init(classes: classes)
    require(
      counts.count == self.counts.count && counts.allSatisfy { $0 >= 0 },
      "ConfusionMatrix: \(counts.count) counts, or a negative one, for \(classes.count) classes")
    self.counts = counts
  }

  /// Counts the pixels of a picture, but those whose truth is void.
  ///
  /// Traps on a label that names no class; predictions are never void.
  /// - Shapes: truth, predicted [pixels].
  public mutating func add(truth: [UInt8], predicted: [UInt8]) {
    require(
      truth.count == predicted.count,
      "ConfusionMatrix: \(predicted.count) predicted pixels for \(truth.count) true ones")
    let size = classes.count
    counts.withUnsafeMutableBufferPointer { counts in
      for pixel in truth.indices where truth[pixel] != ConfusionMatrix.void {
        let (row, column) = (Int(truth[pixel]), Int(predicted[pixel]))
        require(
          row < size && column < size,
          "ConfusionMatrix: pixel \(pixel) is \(row), given to \(column), of \(size) classes")
        counts[row * size + column] += 1
      }
    }
  }

  /// Adds the pixels that another matrix of the same classes has counted.
  public mutating func merge(_ other: ConfusionMatrix) {
    require(classes == other.classes, "ConfusionMatrix: the classes of the two differ")
    for place in counts.indices { counts[place] += other.counts[place] }
  }
}

extension ConfusionMatrix {
  /// The pixels that count.
  public var pixels: Int { counts.reduce(0, +) }

  /// The share of pixels given to their class; nil without pixels.
  public var pixelAccuracy: Double? {
    pixels == 0 ? nil : Double(classes.indices.reduce(0) { $0 + hits($1) }) / Double(pixels)
  }

  /// The share of each class's pixels given to it; nil where the class has none.
  public var accuracy: PerClassScores {
    PerClassScores(
      classes: classes,
      values: classes.indices.map { index in
        let own = truePixels(index)
        return own == 0 ? nil : Double(hits(index)) / Double(own)
      })
  }

  /// The pixels rightly given to each class, over those that are its own or were given to it; nil
  /// where it is neither in the truth nor predicted. Its mean is the mIU over union, as FCN's
  /// `score.py` has it; the other mIU leaves out the classes that the truth does not show.
  public var intersectionOverUnion: PerClassScores {
    PerClassScores(classes: classes, values: classes.indices.map(overlap))
  }

  /// The IU of the classes weighted by their pixels; nil without pixels.
  /// - Source: Long, Shelhamer & Darrell 2015, section 5.
  public var frequencyWeightedIU: Double? {
    guard pixels > 0 else { return nil }
    return classes.indices.reduce(0) { sum, index in
      sum + Double(truePixels(index)) * (overlap(index) ?? 0)
    } / Double(pixels)
  }

  private func hits(_ index: Int) -> Int { counts[index * classes.count + index] }

  private func truePixels(_ index: Int) -> Int {
    classes.indices.reduce(0) { $0 + counts[index * classes.count + $1] }
  }

  private func overlap(_ index: Int) -> Double? {
    let given = classes.indices.reduce(0) { $0 + counts[$1 * classes.count + index] }
    let union = truePixels(index) + given - hits(index)
    return union == 0 ? nil : Double(hits(index)) / Double(union)
  }
}
