internal import Tensors

/// Per-class scores of several methods as a table in Markdown, in percent with one decimal.
public struct PerClassTable: Sendable {
  /// What the numbers are, such as `AveragePrecision.title`.
  public let title: String
  /// The methods with their scores; all have the same classes.
  public let rows: [(method: String, scores: PerClassScores)]

  /// A table; traps when the methods were scored on different classes.
  public init(title: String, rows: [(method: String, scores: PerClassScores)]) {
    for row in rows {
      require(
        row.scores.classes == rows[0].scores.classes,
        "PerClassTable: '\(row.method)' was scored on other classes than '\(rows[0].method)'")
    }
    (self.title, self.rows) = (title, rows)
  }

  /// The table, a row for each class and one for the mean, with a note on classes left out.
  public var markdown: String {
    guard let first = rows.first else { return "" }
    var lines = [
      line([title] + rows.map(\.method)), line(["---"] + rows.map { _ in "---:" }),
    ]
    for (place, name) in first.scores.classes.enumerated() {
      lines.append(line([name] + rows.map { percent($0.scores.values[place]) }))
    }
    lines.append(line(["**mean**"] + rows.map { "**\(percent($0.scores.mean))**" }))
    for row in rows where !row.scores.undefinedClasses.isEmpty {
      let names = row.scores.undefinedClasses.joined(separator: ", ")
      lines += [
        "", "\(row.method): no score is defined for \(names); the mean is over the others.",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ cells: [String]) -> String {
    let safe = cells.map { $0.split(separator: "|", omittingEmptySubsequences: false) }
    return "| " + safe.map { $0.joined(separator: "\\|") }.joined(separator: " | ") + " |"
  }

  /// Halves are rounded up, without the detour over a format string.
  private func percent(_ value: Double?) -> String {
    guard let value else { return "–" }
    let tenths = Int((value * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
