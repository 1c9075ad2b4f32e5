internal import Tensors

/// A score for each class of a benchmark, and their mean over the classes where it is defined.
public struct PerClassScores: Sendable, Equatable {
  /// The names of the classes.
  public let classes: [String]
  /// The score of each class; nil where the data do not define one.
  public let values: [Double?]

  /// The scores of these classes; traps when there are more or fewer than classes.
  public init(classes: [String], values: [Double?]) {
    require(
      classes.count == values.count,
      "PerClassScores: \(values.count) scores for \(classes.count) classes")
    (self.classes, self.values) = (classes, values)
  }

  /// The mean over the classes that have a score; nil when none has.
  public var mean: Double? { definedMean(values) }
}

/// The mean of the values that are there; nil when none is.
public func definedMean(_ values: [Double?]) -> Double? {
  let defined = values.compactMap { $0 }
  return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
}
