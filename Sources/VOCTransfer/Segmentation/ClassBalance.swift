public import Datasets
internal import Images
internal import Metrics

/// How much a pixel of each class counts in the loss, so that rare classes are learned too.
public enum ClassBalance {
  /// For background and each class, the median of all classes' frequencies over its own; 0 for a
  /// class that occurs nowhere. The frequency of a class is its share of the labeled pixels of the
  /// pictures it occurs in.
  ///
  /// - Source: Eigen & Fergus, "Predicting depth, surface normals and semantic labels", ICCV 2015.
  public static func medianFrequency(_ dataset: Dataset, _ records: [Int]) throws -> [Float] {
    let count = dataset.classes.count + 1
    var (own, around) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
    for record in records {
      let size = dataset.size(of: record)
      let mask = try dataset.mask(record, width: size.width, height: size.height)
      var here = [Int](repeating: 0, count: 256)
      for label in mask.samples { here[Int(label)] += 1 }
      let labeled = mask.samples.count - here[Int(ConfusionMatrix.void)]
      for label in 0..<count where here[label] > 0 {
        own[label] += here[label]
        around[label] += labeled
      }
    }
    return weights(frequencies: (0..<count).map { Double(own[$0]) / Double(max(1, around[$0])) })
  }

  /// The median of the frequencies that are not zero over each; 0 stays 0.
  static func weights(frequencies: [Double]) -> [Float] {
    let present = frequencies.filter { $0 > 0 }.sorted()
    guard !present.isEmpty else { return frequencies.map { _ in 0 } }
    let middle = present.count / 2
    let median =
      present.count % 2 == 1 ? present[middle] : (present[middle - 1] + present[middle]) / 2
    return frequencies.map { $0 > 0 ? Float(median / $0) : 0 }
  }
}
