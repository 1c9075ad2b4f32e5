internal import Tensors

/// The readings of "average precision" in use for image classification.
///
/// They differ by up to some points, so every table says which it gives. In all of them pictures
/// that show only difficult objects of a class are left out for that class, and equal scores are
/// one threshold: the order of the pictures is of no account.
public enum AveragePrecision: String, Sendable, Codable, CaseIterable {
  /// The mean of the best precisions at eleven recalls (VOC 2007); recall is compared exactly.
  case elevenPoints
  /// The area under the monotone curve (VOC 2010 and later).
  case area
  /// The mean precision at the positives (scikit-learn).
  case uninterpolated
  /// As `uninterpolated`, positives losing 1e-5 of their score, so that near ties count against
  /// them. The published transfer tables were made so.
  /// - Source: philkr/voc-classification, `train_cls.py`. It ran on the scikit-learn of 2016, which
  ///   joined the points of the curve by straight lines; this is the definition of 0.19 and later.
  case positivesLosingTies

  /// How candidates of equal score are ranked; it belongs to every number.
  public static let tieRule = "equal scores are one threshold"

  /// The name to print beside a number.
  public var title: String {
    switch self {
    case .elevenPoints: "AP, 11 points (VOC 2007; \(Self.tieRule))"
    case .area: "AP, area (VOC 2010; \(Self.tieRule))"
    case .uninterpolated: "AP, uninterpolated (scikit-learn; \(Self.tieRule))"
    case .positivesLosingTies: "AP, uninterpolated, positives lose ties (voc-classification)"
    }
  }

  /// The average precision of one class over pictures; nil when no picture shows it.
  ///
  /// - Parameter labels: 1 present, -1 absent, 0 difficult.
  /// - Shapes: scores, labels [pictures].
  public func callAsFunction(scores: [Double], labels: [Int8]) -> Double? {
    switch self {
    case .elevenPoints: curve(scores, labels).elevenPointAP
    case .area: curve(scores, labels).areaAP
    case .uninterpolated, .positivesLosingTies: curve(scores, labels).uninterpolatedAP
    }
  }

  /// The average precision of each class over pictures.
  ///
  /// - Parameter labels: 1 present, -1 absent, 0 difficult.
  /// - Shapes: scores, labels [pictures, classes].
  public func callAsFunction(
    scores: [Double], labels: [Int8], classes: [String]
  ) -> PerClassScores {
    require(
      !classes.isEmpty && scores.count == labels.count
        && scores.count.isMultiple(of: classes.count),
      "AveragePrecision: \(scores.count) scores, \(labels.count) labels and \(classes.count) "
        + "classes")
    let values = classes.indices.map { column in
      let places = stride(from: column, to: scores.count, by: classes.count)
      return self(scores: places.map { scores[$0] }, labels: places.map { labels[$0] })
    }
    return PerClassScores(classes: classes, values: values)
  }

  /// The curve of one class; difficult pictures have no place in its ranking.
  ///
  /// - Parameter labels: 1 present, -1 absent, 0 difficult.
  /// - Shapes: scores, labels [pictures].
  public func curve(_ scores: [Double], _ labels: [Int8]) -> PrecisionRecallCurve {
    require(
      scores.count == labels.count,
      "AveragePrecision: \(scores.count) scores and \(labels.count) labels")
    if let label = labels.first(where: { !(-1...1).contains($0) }) {
      fatalError("AveragePrecision: the label \(label) is none of 1, -1 and 0")
    }
    let places = labels.indices.filter { labels[$0] != 0 }
    let penalty = self == .positivesLosingTies ? 1e-5 : 0
    let kept = places.map { scores[$0] - (labels[$0] == 1 ? penalty : 0) }
    let order = ranking(kept, of: "AveragePrecision")
    let outcomes = order.map { rank -> RankOutcome in
      labels[places[rank]] == 1 ? .truePositive : .falsePositive
    }
    return PrecisionRecallCurve(
      outcomes, scores: order.map { kept[$0] }, positives: labels.count { $0 == 1 })
  }
}
