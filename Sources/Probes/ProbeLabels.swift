internal import Tensors

/// What is known of each sample and class: 1 present, -1 absent, 0 unknown or difficult.
public struct ProbeLabels: Sendable, Equatable {
  /// The labels, sample after sample: [samples, classes].
  public let values: [Int8]
  /// The number of classes.
  public let classes: Int
  /// Whether every sample has exactly one class.
  public let isSingle: Bool

  /// Any number of classes per sample, 1, -1 or 0 for each.
  public init(multiple values: [Int8], classes: Int) {
    require(
      classes > 0 && values.count.isMultiple(of: classes)
        && values.allSatisfy { (-1...1).contains($0) },
      "ProbeLabels: \(values.count) labels of \(classes) classes, or labels besides 1, -1 and 0")
    (self.values, self.classes, isSingle) = (values, classes, false)
  }

  /// One class per sample.
  public init(single labels: [Int], classes: Int) {
    require(
      labels.allSatisfy { (0..<classes).contains($0) },
      "ProbeLabels: a label is none of \(classes) classes")
    var values = [Int8](repeating: -1, count: labels.count * classes)
    for (row, label) in labels.enumerated() { values[row * classes + label] = 1 }
    (self.values, self.classes, isSingle) = (values, classes, true)
  }

  private init(_ values: [Int8], _ classes: Int, _ isSingle: Bool) {
    (self.values, self.classes, self.isSingle) = (values, classes, isSingle)
  }

  /// The number of samples.
  public var count: Int { values.count / classes }

  /// The labels of one class.
  public func of(_ class: Int) -> [Int8] {
    stride(from: `class`, to: values.count, by: classes).map { values[$0] }
  }

  /// Some of the samples, in the order asked for.
  public func rows(_ chosen: [Int]) -> ProbeLabels {
    ProbeLabels(chosen.flatMap { values[$0 * classes..<($0 + 1) * classes] }, classes, isSingle)
  }

  /// The share of samples whose largest score, [samples, classes], is that of their class; for
  /// single labels.
  public func accuracy(of scores: [Double]) -> Double {
    Double(right(by: scores)) / Double(count)
  }

  /// The number of samples whose largest score, [samples, classes], is that of their class; for
  /// single labels.
  public func right(by scores: [Double]) -> Int {
    require(
      isSingle && scores.count == values.count && count > 0,
      "ProbeLabels: \(scores.count) scores for \(values.count) labels, or several per sample")
    return (0..<count).count { row in
      let range = row * classes..<(row + 1) * classes
      return values[range.max { scores[$0] < scores[$1] }!] == 1
    }
  }

  func check(_ features: Features, _ who: String) {
    require(
      features.count == count, "\(who): \(features.count) rows of features, \(count) of labels")
  }
}
