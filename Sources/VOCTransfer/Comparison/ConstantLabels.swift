internal import Datasets
internal import Images
internal import Metrics

/// Labels that say the same of every picture: a network learns to answer without looking, and
/// scores then say nothing of features.
enum ConstantLabels {
  /// Of several labels for each picture.
  static func ofPresence(_ dataset: Dataset, _ records: [Int]) -> [String] {
    let known = Set(records.compactMap { dataset.presence(of: $0) })
    guard known.count == 1, let only = known.first else { return [] }
    let shown = zip(dataset.classes, only).filter { $0.1 == 1 }.map(\.0)
    return [
      "all \(records.count) pictures to learn from have the same labels "
        + (shown.isEmpty ? "(they show no class)" : "(\(shown.joined(separator: ", ")))") + hint
    ]
  }

  /// Of one label for each picture.
  static func ofPictures(_ dataset: Dataset, _ records: [Int]) -> [String] {
    of("pictures to learn from", records.count, records.compactMap { dataset.label(of: $0) }) {
      dataset.classes[$0]
    }
  }

  /// Of objects, those that are difficult aside.
  static func ofBoxes(_ dataset: Dataset, _ records: [Int]) -> [String] {
    let objects = records.flatMap { record in
      dataset.boxes(of: record).filter { !$0.isDifficult }.map(\.classIndex)
    }
    // One class can be looked for: the background is the other.
    guard dataset.classes.count > 1 else { return [] }
    return of("objects to learn from", objects.count, objects) { dataset.classes[$0] }
  }

  /// Of masks: a few from all over the records are read.
  static func ofMasks(_ dataset: Dataset, _ records: [Int]) throws -> [String] {
    let looked = min(16, records.count)
    var found: Set<UInt8> = []
    for place in 0..<looked {
      guard let mask = try dataset.mask(records[place * records.count / looked]) else { continue }
      found.formUnion(mask.samples)
      if found.subtracting([ConfusionMatrix.void]).count > 1 { return [] }
    }
    found.remove(ConfusionMatrix.void)
    return of("masks looked at", looked, found.map(Int.init)) {
      $0 == 0 ? "background" : dataset.classes[$0 - 1]
    }
  }

  private static func of(
    _ what: String, _ count: Int, _ labels: [Int], name: (Int) -> String
  ) -> [String] {
    let known = Set(labels)
    guard known.count == 1, let only = known.first else { return [] }
    return ["all \(count) \(what) are of one class ('\(name(only))')" + hint]
  }

  private static let hint = ": a network that does not look at them answers as well"
}
