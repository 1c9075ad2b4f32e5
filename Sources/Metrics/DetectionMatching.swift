internal import Tensors

/// A box that a detector puts forward for one class.
public struct Detection: Sendable, Hashable {
  /// The picture, numbered as the caller likes.
  public var image: Int
  /// How sure the detector is; only the order counts.
  public var score: Double
  /// Where, in pixels whose edges are included.
  public var box: DetectionBox

  /// A detection.
  public init(image: Int, score: Double, box: DetectionBox) {
    (self.image, self.score, self.box) = (image, score, box)
  }
}

/// An annotated object of one class.
public struct GroundTruthBox: Sendable, Hashable {
  /// The picture, numbered as in the detections.
  public var image: Int
  /// Where, in pixels whose edges are included.
  public var box: DetectionBox
  /// Whether finding it counts neither way.
  public var isDifficult: Bool

  /// An object.
  public init(image: Int, box: DetectionBox, isDifficult: Bool) {
    (self.image, self.box, self.isDifficult) = (image, box, isDifficult)
  }
}

/// When a detection has found an object.
public struct MatchingRule: Sendable, Hashable, Codable {
  /// The overlap (IoU) needed.
  public var overlap: Double
  /// Whether exactly this overlap suffices.
  public var admitsEquality: Bool

  /// A rule; `overlap` is in 0...1.
  public init(overlap: Double, admitsEquality: Bool) {
    require((0...1).contains(overlap), "MatchingRule: the overlap \(overlap) is not in 0...1")
    (self.overlap, self.admitsEquality) = (overlap, admitsEquality)
  }

  /// IoU >= 0.5, as in the development kits of VOC.
  public static let vocDevkit = MatchingRule(overlap: 0.5, admitsEquality: true)
  /// IoU > 0.5, as in py-faster-rcnn.
  public static let pyFasterRCNN = MatchingRule(overlap: 0.5, admitsEquality: false)

  fileprivate func admits(_ value: Double) -> Bool {
    admitsEquality ? value >= overlap : value > overlap
  }
}

/// The detections of one class held against the objects of that class.
public struct DetectionMatching: Sendable, Equatable {
  /// The positions of the detections, highest score first, equal scores in their order.
  public let order: [Int]
  /// What became of each, in this order.
  public let outcomes: [RankOutcome]
  /// Precision and recall along this order, equal scores together; objects marked difficult are not
  /// among its positives.
  public let curve: PrecisionRecallCurve

  /// Matches detections, the best first, each to the object it overlaps most.
  ///
  /// An object is found once: a later detection whose best object is taken is false, even where it
  /// overlaps another well (COCO differs). Detections of difficult objects are ignored.
  /// - Source: `VOCevaldet.m` of the VOC development kits. Areas count the pixels of both edges.
  public init(
    _ detections: [Detection], to objects: [GroundTruthBox], rule: MatchingRule = .vocDevkit
  ) {
    let byImage = Dictionary(grouping: objects.indices) { objects[$0].image }
    var isFound = [Bool](repeating: false, count: objects.count)
    order = ranking(detections.map(\.score), of: "DetectionMatching")
    outcomes = order.map { position in
      let detection = detections[position]
      var best: (object: Int, overlap: Double)?
      for object in byImage[detection.image] ?? [] {
        let overlap = detection.box.overlap(objects[object].box, .inclusivePixels)
        if overlap > best?.overlap ?? 0 { best = (object, overlap) }
      }
      guard let best, rule.admits(best.overlap) else { return .falsePositive }
      if objects[best.object].isDifficult { return .ignored }
      if isFound[best.object] { return .falsePositive }
      isFound[best.object] = true
      return .truePositive
    }
    curve = PrecisionRecallCurve(
      outcomes, scores: order.map { detections[$0].score },
      positives: objects.count { !$0.isDifficult })
  }
}
