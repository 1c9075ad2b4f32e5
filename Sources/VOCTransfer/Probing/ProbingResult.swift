public import Networks
public import Probes
public import Statistics

/// What the probes of one start came to.
public struct ProbingResult: TransferResult {
  /// One method on one layer.
  public struct Row: Codable, Sendable, Equatable {
    /// A number of a protocol that ranks no pictures.
    public struct Figure: Codable, Sendable, Equatable {
      /// What it is, such as `mIoU`.
      public let name: String
      /// The number.
      public let value: Interval
      /// What is reached without knowledge, where that is known.
      public let chance: Double?
      /// Whether it lies between 0 and 1.
      public let isShare: Bool
    }

    /// The protocol and its version, such as `knn@1`; nil in results of earlier versions.
    public var protocolName: String?
    /// Rows and columns of what the network saw; nil as above.
    public var size: Int?
    /// The number of a protocol that ranks no pictures; nil for others.
    public var figure: Figure?
    /// The layer.
    public let layer: String
    /// The method.
    public let method: ProbingConfiguration.Method
    /// Numbers in a picture's features.
    public let features: Int
    /// Positive training samples per class in `low-shot`; nil otherwise.
    public let positives: Int?
    /// In `low-shot` the classes that have so many; the others gave all they have. Nil otherwise,
    /// and in results of earlier versions.
    public let fullClasses: Int?
    /// Their names; nil as above.
    public let fullClassNames: [String]?
    /// The scores; in `low-shot` those of each draw, with intervals over test pictures.
    public let scores: [ProbeScores]
    /// The cost of each class and why it was chosen, for support vector machines; in `low-shot`
    /// those of each draw.
    public let costs: [[CostSelection]]
    /// Whether every problem was solved to its tolerance.
    public let isSolved: Bool
    /// The weight decay that was chosen, and what it came to on the training pictures held out for
    /// that: the accuracy, or the area average precision of pictures of several classes. Nil where
    /// nothing was chosen.
    public let decay, validation: Double?

    /// The area average precision: over test pictures, or over draws where there are several.
    public var area: Interval { interval(\.area) }
    /// The 11-point average precision, in the same way.
    public var elevenPoints: Interval { interval(\.elevenPoints) }
    /// The accuracy for pictures of one class each, in the same way.
    public var accuracy: Interval? {
      scores.allSatisfy { $0.accuracy != nil } ? interval { $0.accuracy! } : nil
    }

    /// What the protocol comes to: its figure, else the accuracy for pictures of one class each,
    /// else the area average precision.
    public var headline: (name: String, value: Interval) {
      if let figure { return (figure.name, figure.value) }
      if !scores.isEmpty, let accuracy { return ("accuracy", accuracy) }
      return ("AP area", area)
    }

    private func interval(_ value: (ProbeScores) -> Interval) -> Interval {
      scores.count == 1
        ? value(scores[0]) : .student(scores.map { value($0).mean }).clamped(to: 0...1)
    }
  }

  /// What the run started from and what it saw.
  public let run: RunRecord
  /// The trunk.
  public let trunk: TrunkConfiguration
  /// Whether costs were chosen by what test pictures gave; such scores are no estimates.
  public let selectedOnTest: Bool
  /// The names of the classes.
  public let classes: [String]
  /// The area average precision that random rankings come to.
  public let chance: Double
  /// Methods and layers.
  public let rows: [Row]
  /// The digest of the program that made it; nil in results of earlier versions.
  public var program: String?
  /// How equal scores are ranked; nil in results of earlier versions: in the order of the records.
  public let ties: String?

  /// How equal scores are ranked.
  public var rule: String? { ties ?? recordOrder }

  /// The linear probe that did best on training pictures held out; nil where none were.
  public var best: Row? {
    rows.filter { $0.method == .linear && $0.validation != nil }.max {
      $0.validation! < $1.validation!
    }
  }

  /// Methods and layers have tables of their own (`ProbingTables`); the best layer's classes are
  /// told, where pictures have several.
  public var classMeasures: [ClassMeasure] {
    guard let best, best.accuracy == nil else { return [] }
    return zip(classes, best.scores[0].areaByClass).map { ClassMeasure($0, $1, count: 0) }
  }
  /// Nothing is counted here.
  public static let counted = "test pictures"

  /// The best layer's score where one was chosen, the area average precision of every row, and the
  /// accuracy of every row for pictures of one class each.
  public var measures: [Measure] {
    let average = best.map { best in
      best.accuracy.map { Measure("top-1, best layer", $0.mean, chance: 1 / Double(classes.count)) }
        ?? Measure("mAP area, best layer", best.area.mean, chance: chance)
    }
    return (average.map { [$0] } ?? [])
      + rows.compactMap { row in
        if let figure = row.figure {
          guard figure.isShare else { return nil }
          return Measure(
            "\(row.method.rawValue) \(row.layer)", figure.value.mean, chance: figure.chance)
        }
        let positives = row.positives.map { " of \($0)" } ?? ""
        return Measure(
          "\(row.method.rawValue)\(positives) \(row.layer)", row.area.mean, chance: chance)
      }
      + rows.compactMap { row in
        guard row.method == .linear, row.validation != nil, let accuracy = row.accuracy else {
          return nil
        }
        return Measure(
          "top-1 \(row.layer)", accuracy.mean, chance: 1 / Double(classes.count))
      }
  }
}
