/// What one segmentation run came to: everything a table needs, and what proves it.
public struct SegmentationResult: TransferResult {
  /// What the run started from and what it saw.
  public let run: RunRecord
  /// The scores on the test split.
  public let test: SegmentationScores
  /// The scores on the pictures learned from, where they were asked for.
  public let training: SegmentationScores?

  /// mIU, the accuracies, and mIU on the pictures learned from where it is known; starts are
  /// compared in mIU.
  public var measures: [Measure] {
    [
      Measure("mIU", test.meanOverlap, chance: test.chance),
      Measure("pixel accuracy", test.pixelAccuracy, chance: test.commonest),
      Measure("mean accuracy", test.meanAccuracy),
    ] + (training.map { [Measure("mIU, training", $0.meanOverlap, chance: $0.chance)] } ?? [])
  }

  /// Classes are shown by pixels.
  public static let counted = "pixels"

  /// The IU of background and each class, with their pixels: a mean hides what it rests on.
  public var classMeasures: [ClassMeasure] {
    test.classes.map { ClassMeasure($0.name, $0.overlap, count: $0.pixels) }
  }
}
