internal import Metrics

/// What one detection run came to: everything a table needs, and what proves it.
public struct DetectionResult: TransferResult {
  /// The average precision of one class in both definitions.
  public struct ClassScore: Codable, Sendable, Equatable {
    /// The class.
    public let name: String
    /// VOC 2007's 11-point average precision; nil where no object counts.
    public let elevenPoints: Double?
    /// The area under the monotone curve (VOC 2010 and later).
    public let area: Double?
    /// Objects that count.
    public let objects: Int
    /// Detections of this class.
    public let detections: Int
    /// Recalls and the best precisions there or beyond: the curve under which `area` lies. Nil in
    /// results of earlier versions.
    public let recall, precision: [Double]?
  }

  /// What the run started from and what it saw.
  public let run: RunRecord
  /// How the proposals were found.
  public let proposals: String
  /// Mean over classes of the 11-point average precision.
  public let mapElevenPoints: Double
  /// Mean over classes of the area average precision.
  public let mapArea: Double
  /// The area mean that proposals of random classes and scores reach.
  public let chance: Double
  /// Each class.
  public let classes: [ClassScore]
  /// How equal scores are ranked; nil in results of earlier versions: in the order of the records.
  public let ties: String?

  /// Both averages; starts are compared in the area definition.
  public var measures: [Measure] {
    [Measure("mAP area", mapArea, chance: chance), Measure("mAP 11 points", mapElevenPoints)]
  }

  /// How equal scores are ranked.
  public var rule: String? { ties ?? recordOrder }

  /// Classes are shown by objects.
  public static let counted = "objects"

  /// The area average precision of each class.
  public var classMeasures: [ClassMeasure] {
    classes.map { ClassMeasure($0.name, $0.area, count: $0.objects) }
  }

  /// The result of detections held against objects by the devkit's rule.
  init(run: RunRecord, proposals: String, _ ap: DetectionAP, chance: DetectionAP) {
    self.run = run
    ties = AveragePrecision.tieRule
    self.proposals = proposals
    let (eleven, area) = (ap.elevenPoints, ap.area)
    classes = ap.classes.indices.map { index in
      let matching = ap.matchings[index]
      let curve = matching.curve.monotone()
      return ClassScore(
        name: ap.classes[index], elevenPoints: eleven.values[index], area: area.values[index],
        objects: matching.curve.positives, detections: matching.order.count, recall: curve.recall,
        precision: curve.precision)
    }
    mapElevenPoints = eleven.mean ?? .nan
    mapArea = area.mean ?? .nan
    self.chance = chance.area.mean ?? .nan
  }
}
