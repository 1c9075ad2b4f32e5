internal import Tensors

/// The detections of all classes held against the objects, with both average precisions of VOC.
public struct DetectionAP: Sendable, Equatable {
  /// The names of the classes.
  public let classes: [String]
  /// The rule of matching; it belongs to the number.
  public let rule: MatchingRule
  /// The matching of each class, with its curve.
  public let matchings: [DetectionMatching]

  /// Matches the detections of each class.
  ///
  /// - Shapes: detections, objects [classes][any number].
  public init(
    _ detections: [[Detection]], to objects: [[GroundTruthBox]], classes: [String],
    rule: MatchingRule = .vocDevkit
  ) {
    require(
      detections.count == classes.count && objects.count == classes.count,
      "DetectionAP: detections of \(detections.count) classes, objects of \(objects.count), "
        + "names of \(classes.count)")
    (self.classes, self.rule) = (classes, rule)
    matchings = zip(detections, objects).map { DetectionMatching($0, to: $1, rule: rule) }
  }

  /// The average precision at eleven recalls (VOC 2007); nil where no object of a class counts.
  public var elevenPoints: PerClassScores { scores(\.elevenPointAP) }

  /// The area under the monotone curve (VOC 2010 on); nil where no object of a class counts.
  public var area: PerClassScores { scores(\.areaAP) }

  private func scores(_ value: (PrecisionRecallCurve) -> Double?) -> PerClassScores {
    PerClassScores(classes: classes, values: matchings.map { value($0.curve) })
  }
}
