internal import Statistics
public import Text

/// The table that compares starts over seeds.
public enum TransferTable {
  /// One row per start: mean and 95 % interval (Student's t over seeds) of every measure in
  /// percent, the paired difference of the first measure to the first start, the baseline, and the
  /// steps that were tested, seed by seed, where the best checkpoints were; a last row for chance,
  /// where it is known.
  ///
  /// Results of a start are paired with the baseline's by their order, which is that of the seeds.
  public static func table(_ rows: [(name: String, results: [some TransferResult])]) -> Table {
    let measures = rows[0].results[0].measures
    let selects = rows.contains { $0.results.contains { $0.run.selectedStep != nil } }
    func selected(_ cell: String) -> [String] { selects ? [cell] : [] }
    var table = Table(
      ["start", "seeds"] + measures.map { "\($0.heading), %" }
        + ["\(measures[0].name) minus \(rows[0].name)"] + selected("tested step"))
    func values(_ row: [some TransferResult], _ index: Int) -> [Double] {
      row.map { 100 * $0.measures[index].value }
    }
    for (number, row) in rows.enumerated() {
      let seedsAgree = row.results.map(\.run.seed) == rows[0].results.map(\.run.seed)
      let isScored = values(row.results, 0).contains { !$0.isNaN }
      let difference =
        number == 0 || !seedsAgree || !isScored
        ? ""
        : Interval.pairedDifference(values(row.results, 0), values(rows[0].results, 0))
          .clamped(to: -100...100).formatted(digits: 1)
      table.add(
        [row.name, "\(row.results.count)"]
          + measures.indices.map { cell(values(row.results, $0)) } + [difference]
          + selected(row.results.map { selectedStep($0) }.joined(separator: ", ")))
    }
    if measures.contains(where: { $0.chance.map { !$0.isNaN } ?? false }) {
      table.add(
        ["chance", ""]
          + measures.map { $0.chance.map { Table.number(100 * $0, digits: 1) } ?? "" } + [""]
          + selected(""))
    }
    return table
  }

  /// The step whose weights were tested; `last` where none was chosen.
  private static func selectedStep(_ result: some TransferResult) -> String {
    result.run.selectedStep.map { "\($0)" } ?? "last"
  }

  /// What stands below the table, sentences without their full stops: what the first measure rests
  /// on, and where labels had a part in a start.
  public static func notes(
    _ rows: [(name: String, results: [some TransferResult])]
  ) -> [String] {
    let selections = rows.flatMap(\.results).compactMap { $0.run.selectionNote }
    return (rows[0].results[0].basis.map { [$0] } ?? []) + Set(selections).sorted()
  }

  /// A mean with its interval; a test split whose truth is on a server has none.
  private static func cell(_ values: [Double]) -> String {
    values.allSatisfy(\.isNaN)
      ? "no truth"
      : Interval.student(values).clamped(to: 0...100).formatted(digits: 1)
  }

  /// One row per class, by falling count: mean and 95 % interval of its score in percent for every
  /// start; a dash where the score is not defined.
  public static func classTable(_ rows: [(name: String, results: [some TransferResult])]) -> Table {
    let first = rows[0].results[0]
    var table = Table(["\(first.measures[0].name), % by class", "count"] + rows.map(\.name))
    for (place, item) in first.classMeasures.enumerated().sorted(by: {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }) {
      table.add(
        [item.name, "\(item.count)"]
          + rows.map { row in
            let values = row.results.compactMap { $0.classMeasures[place].value }
            return values.count < row.results.count
              ? "–"
              : Interval.student(values.map { 100 * $0 }).clamped(to: 0...100).formatted(digits: 1)
          })
    }
    return table
  }
}
