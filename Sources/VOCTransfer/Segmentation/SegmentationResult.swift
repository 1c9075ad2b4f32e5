internal import Metrics

/// What one segmentation run came to: everything a table needs, and what proves it.
public struct SegmentationResult: TransferResult {
  /// What the run started from and what it saw.
  public let run: RunRecord
  /// The scores on the test split.
  public let test: SegmentationScores
  /// The scores on the pictures learned from, where they were asked for.
  public let training: SegmentationScores?

  /// Both mIU, the accuracies, and mIU on the pictures learned from where it is known; starts are
  /// compared in the mIU over the classes that the truth shows.
  public var measures: [Measure] {
    [
      Measure("mIU", test.meanOverlap, chance: test.chance, heading: "mIU over classes shown"),
      Measure("mIU over union", definedMean(test.classes.map(\.overlap)) ?? .nan),
      Measure("pixel accuracy", test.pixelAccuracy, chance: test.commonest),
      Measure("mean accuracy", test.meanAccuracy),
    ] + (training.map { [Measure("mIU, training", $0.meanOverlap, chance: $0.chance)] } ?? [])
  }

  /// Which classes each mIU is over.
  public var rule: String? {
    "mIU over union also counts classes that are predicted and not shown, as 0"
  }

  /// Classes are shown by pixels.
  public static let counted = "pixels"

  /// The IU of background and each class, with their pixels: a mean hides what it rests on. Classes
  /// that the truth does not show have none, as they have no part in the mean.
  public var classMeasures: [ClassMeasure] {
    test.classes.map {
      ClassMeasure($0.name, $0.pixels > 0 ? $0.overlap : nil, count: $0.pixels)
    }
  }
}
