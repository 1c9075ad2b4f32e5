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
  /// Mean over classes of the share of positives: what scores without knowledge come to.
  public let chance: Double
  /// Each class.
  public let classes: [ClassScore]

  /// Both averages; starts are compared in the area definition.
  public var measures: [Measure] {
    [
      Measure("mAP area", mapArea, chance: chance),
      Measure("mAP 11 points", mapElevenPoints, chance: chance),
    ]
  }

  /// The area average precision of each class.
  public var classMeasures: [ClassMeasure] {
    classes.map { ClassMeasure($0.name, $0.area, count: $0.positives) }
  }

  /// Scores and labels [pictures, classes] become average precisions; label 0 (difficult) is left
  /// out.
  init(run: RunRecord, scores: [Double], labels: [Int8], classes names: [String]) {
    self.run = run
    let eleven = AveragePrecision.elevenPoints(scores: scores, labels: labels, classes: names)
    let area = AveragePrecision.area(scores: scores, labels: labels, classes: names)
    var shares: [Double] = []
    classes = names.indices.map { c in
      let column = stride(from: c, to: labels.count, by: names.count).map { labels[$0] }
      let (positives, counted) = (column.count { $0 == 1 }, column.count { $0 != 0 })
      if positives > 0 { shares.append(Double(positives) / Double(counted)) }
      let curve = AveragePrecision.area.curve(
        stride(from: c, to: scores.count, by: names.count).map { scores[$0] }, column
      ).monotone()
      return ClassScore(
        name: names[c], elevenPoints: eleven.values[c], area: area.values[c], positives: positives,
        recall: curve.recall, precision: curve.precision)
    }
    mapElevenPoints = eleven.mean ?? .nan
    mapArea = area.mean ?? .nan
    chance = shares.isEmpty ? .nan : shares.reduce(0, +) / Double(shares.count)
  }
}
