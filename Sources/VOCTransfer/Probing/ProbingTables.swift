internal import Statistics
public import Text

/// The tables of probes: one for each method.
public struct ProbingTables {
  /// One start: what tables call it, and its results, one for each seed.
  public typealias Start = (name: String, results: [ProbingResult])
  let starts: [Start]

  /// Tables of these starts, of which there is at least one.
  public init(_ starts: [Start]) { self.starts = starts }

  /// The methods that were asked, with their tables.
  public var all: [(title: String, table: Table)] {
    ProbingConfiguration.Method.allCases.compactMap { method in
      let found = starts.contains { $0.results[0].rows.contains { $0.method == method } }
      return found ? (title(method), table(method)) : nil
    }
  }

  /// What a terminal is shown: one table of all where layers were chosen, else one for each method.
  public var shown: [(title: String, table: Table)] {
    isChosen ? [("Every protocol and layer", overview)] : all
  }

  /// All tables as Markdown, with `note`.
  public var markdown: String {
    (isChosen ? "## Every protocol and layer\n\n\(overview.markdown)\n" : "")
      + all.map { "## \($0.title)\n\n\($0.table.markdown)\n" }.joined() + note + "\n"
  }

  /// What the intervals are, how equal scores are ranked, and where labels had a part in a start.
  public var note: String {
    let seeds = starts[0].results.count
    let intervals =
      seeds > 1
      ? "Means over \(seeds) seeds with 95 % intervals over seeds (Student's t; two give a range)."
      : "95 % intervals over test pictures (bootstrap; of accuracies Wilson's); in low-shot over "
        + "draws (Student's t)."
    let selections = TransferTable.notes(starts)
    let rules = Set(starts.flatMap(\.results).compactMap(\.rule)).sorted()
    return
      ([intervals, "AP: \(rules.joined(separator: "; and "))."] + selections.map { "\($0)." }
      + (isChosen ? [Self.choice] : []) + stale).joined(separator: " ")
  }

  /// What a number is, whether it is over test pictures, draws or seeds: see `markdown`.
  private func table(_ method: ProbingConfiguration.Method) -> Table {
    if starts[0].results[0].rows.contains(where: { $0.method == method && $0.figure != nil }) {
      return figures(method)
    }
    let isSingle = starts[0].results[0].rows.contains {
      !$0.scores.isEmpty && $0.accuracy != nil
    }
    let few = method == .lowShot ? ["positives", "classes that have them", "draws"] : []
    let accuracy = isSingle ? ["accuracy, %"] : []
    var table = Table(
      ["layer"] + few + ["start", "numbers"] + accuracy + ["AP area, %", "AP 11 points, %"],
      alignments: [.left] + few.map { _ in .right } + [.left, .right]
        + accuracy.map { _ in .right } + [.right, .right])
    for place in places(method) {
      for start in starts {
        let rows = start.results.compactMap { result in
          result.rows.first {
            $0.method == method && $0.layer == place.layer && $0.positives == place.positives
          }
        }
        guard let first = rows.first else { continue }
        table.add(
          [place.layer]
            + (few.isEmpty ? [] : Self.lowShot(first))
            + [start.name, "\(first.features)"]
            + (accuracy.isEmpty ? [] : [percent(rows) { $0.accuracy! }])
            + [percent(rows, \.area), percent(rows, \.elevenPoints)])
      }
    }
    let chance = Table.number(100 * starts[0].results[0].chance, digits: 1)
    table.add(
      ["chance"] + [String](repeating: "", count: few.count + 2 + accuracy.count)
        + [chance, ""])
    return table
  }

  /// Positives, the classes that have them, and draws.
  private static func lowShot(_ row: ProbingResult.Row) -> [String] {
    [
      "\(row.positives ?? 0)", row.fullClasses.map { "\($0)" } ?? "", "\(row.scores.count)",
    ]
  }

  private func title(_ method: ProbingConfiguration.Method) -> String {
    let name = method.asked.title
    let isChosen = method == .svm || method == .lowShot
    return starts[0].results[0].selectedOnTest && isChosen
      ? name + " (costs chosen on the test pictures: no estimate)" : name
  }

  /// Layers, and numbers of positives, in the order in which they come.
  func places(
    _ method: ProbingConfiguration.Method
  ) -> [(layer: String, positives: Int?)] {
    var found: [(layer: String, positives: Int?)] = []
    for row in starts.flatMap({ $0.results[0].rows }) where row.method == method {
      if !found.contains(where: { $0 == (row.layer, row.positives) }) {
        found.append((row.layer, row.positives))
      }
    }
    return found
  }

  private func percent(
    _ rows: [ProbingResult.Row], _ value: (ProbingResult.Row) -> Interval
  ) -> String {
    Self.interval(rows.map(value)).scaled(by: 100).formatted(digits: 1)
  }

  /// The one interval, or that of several means.
  static func interval(_ values: [Interval]) -> Interval {
    values.count == 1 ? values[0] : .student(values.map(\.mean)).clamped(to: 0...1)
  }
}
