public import Training

/// The table that compares starts over seeds.
public enum ClassificationTable {
  /// One row per start: mean and 95 % interval (Student's t over seeds) of both mAPs, and the
  /// paired difference to the first start, which is the baseline.
  ///
  /// Every start must have the same seeds, so that differences can be paired.
  public static func table(
    _ results: [ClassificationResult], names: [String: String] = [:]
  ) -> Table {
    var order: [String] = []
    for result in results where !order.contains(result.start) { order.append(result.start) }
    func values(_ start: String, _ value: (ClassificationResult) -> Double) -> [Double] {
      results.filter { $0.start == start }.sorted { $0.seed < $1.seed }.map(value)
    }
    func percent(_ values: [Double]) -> String {
      Interval.student(values.map { 100 * $0 }).formatted(digits: 1)
    }
    var table = Table([
      "start", "seeds", "mAP area, %", "mAP 11 points, %",
      "area minus \(names[order[0]] ?? order[0])",
    ])
    for start in order {
      let area = values(start, \.mapArea)
      let baseline = values(order[0], \.mapArea)
      let difference =
        start == order[0] || area.count != baseline.count
        ? ""
        : Interval.pairedDifference(area.map { 100 * $0 }, baseline.map { 100 * $0 })
          .formatted(digits: 1)
      table.add([
        names[start] ?? start, "\(area.count)", percent(area),
        percent(values(start, \.mapElevenPoints)),
        difference,
      ])
    }
    if let chance = results.first?.chance {
      table.add(["chance", "", Table.number(100 * chance, digits: 1), "", ""])
    }
    return table
  }
}
