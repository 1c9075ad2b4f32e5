internal import Metrics

/// What one classification run came to: everything a table needs, and what proves it.
public struct ClassificationResult: TransferResult {
  /// The average precision of one class in both definitions.
  public struct ClassScore: Codable, Sendable, Equatable {
    /// The class.
    public let name: String
    /// VOC 2007's 11-point average precision; nil where no test picture shows the class.
    public let elevenPoints: Double?
    /// The area under the monotone curve (VOC 2010 and later).
    public let area: Double?
    /// Test pictures that show it.
    public let positives: Int
    /// Recalls and the best precisions there or beyond: the curve under which `area` lies. Nil in
    /// results of earlier versions.
    public let recall, precision: [Double]?
  }

  /// What the run started from and what it saw.
  public let run: RunRecord
  /// Mean over classes of the 11-point average precision.
  public let mapElevenPoints: Double
  /// Mean over classes of the area average precision.
  public let mapArea: Double
  /// What scores without knowledge come to in the area definition.
  public let chance: Double
  /// The same for 11 points; nil in results of earlier versions, whose `chance` was the share of
  /// positives.
  public let chanceElevenPoints: Double?
  /// Each class.
  public let classes: [ClassScore]
  /// How equal scores are ranked; nil in results of earlier versions: in the order of the records.
  public let ties: String?

  /// Both averages; starts are compared in the area definition.
  public var measures: [Measure] {
    [
      Measure("mAP area", mapArea, chance: chance),
      Measure("mAP 11 points", mapElevenPoints, chance: chanceElevenPoints),
    ]
  }

  /// How equal scores are ranked.
  public var rule: String? { ties ?? recordOrder }

  /// Classes are shown by test pictures.
  public static let counted = "test pictures"

  /// The area average precision of each class.
  public var classMeasures: [ClassMeasure] {
    classes.map { ClassMeasure($0.name, $0.area, count: $0.positives) }
  }

  /// Scores and labels [pictures, classes] become average precisions; label 0 (difficult) is left
  /// out.
  init(run: RunRecord, scores: [Double], labels: [Int8], classes names: [String]) {
    self.run = run
    ties = AveragePrecision.tieRule
    let eleven = AveragePrecision.elevenPoints(scores: scores, labels: labels, classes: names)
    let area = AveragePrecision.area(scores: scores, labels: labels, classes: names)
    classes = names.indices.map { c in
      let column = stride(from: c, to: labels.count, by: names.count).map { labels[$0] }
      let curve = AveragePrecision.area.curve(
        stride(from: c, to: scores.count, by: names.count).map { scores[$0] }, column
      ).monotone()
      return ClassScore(
        name: names[c], elevenPoints: eleven.values[c], area: area.values[c],
        positives: column.count { $0 == 1 },
        recall: curve.recall, precision: curve.precision)
    }
    mapElevenPoints = eleven.mean ?? .nan
    mapArea = area.mean ?? .nan
    let count = names.count
    chance = AveragePrecision.area.chance(labels: labels, classes: count) ?? .nan
    chanceElevenPoints = AveragePrecision.elevenPoints.chance(labels: labels, classes: count)
  }
}
