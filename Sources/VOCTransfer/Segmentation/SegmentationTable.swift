public import Training

/// The table that compares starts over seeds.
public enum SegmentationTable {
  /// One row per start: mean and 95 % interval (Student's t over seeds) of the mIU, of pixel and
  /// mean accuracy, and the paired difference to the first start, which is the baseline.
  ///
  /// Every start must have the same seeds, so that differences can be paired.
  public static func table(
    _ results: [SegmentationResult], names: [String: String] = [:]
  ) -> Table {
    var order: [String] = []
    for result in results where !order.contains(result.start) { order.append(result.start) }
    func percents(_ start: String, _ value: (SegmentationScores) -> Double) -> [Double] {
      results.filter { $0.start == start }.sorted { $0.seed < $1.seed }.map { 100 * value($0.test) }
    }
    func interval(_ start: String, _ value: (SegmentationScores) -> Double) -> String {
      Interval.student(percents(start, value)).formatted(digits: 1)
    }
    let baseline = percents(order[0], \.meanOverlap)
    var table = Table([
      "start", "seeds", "mIU, %", "pixel accuracy, %", "mean accuracy, %",
      "mIU minus \(names[order[0]] ?? order[0])",
    ])
    for start in order {
      let overlaps = percents(start, \.meanOverlap)
      let isPaired = start != order[0] && overlaps.count == baseline.count
      table.add([
        names[start] ?? start, "\(overlaps.count)", interval(start, \.meanOverlap),
        interval(start, \.pixelAccuracy), interval(start, \.meanAccuracy),
        isPaired ? Interval.pairedDifference(overlaps, baseline).formatted(digits: 1) : "",
      ])
    }
    if let chance = results.first?.test.chance {
      table.add(["commonest class", "", Table.number(100 * chance, digits: 1), "", "", ""])
    }
    return table
  }
}
