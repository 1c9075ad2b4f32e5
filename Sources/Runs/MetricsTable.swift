internal import Files
internal import Text

extension RunFolder {
  /// Losses, rates and metrics by step, for spreadsheets and plots.
  public static let metrics = "metrics.csv"

  /// Writes `metrics.csv` from the journal: a row for each step that has something to tell, a
  /// column for each number, empty where it was not measured. How fast steps were is left to the
  /// journal, so that equal runs give equal tables.
  public func writeMetrics() throws {
    journal.sync()
    try Journal.writeTable(of: "\(path)/journal.jsonl", to: "\(path)/\(Self.metrics)")
  }
}

extension Journal {
  /// Writes the numbers of a journal as comma-separated values.
  public static func writeTable(of journal: String, to path: String) throws {
    try AtomicFile.write(table(of: events(in: journal)).csv, to: path)
  }

  private static func table(of events: [JournalEvent]) -> Table {
    var rows: [Int: [String: Double]] = [:]
    for event in events {
      switch event {
      case .step(let record):
        rows[record.step, default: [:]].merge(record.more) { $1 }
        rows[record.step]!["loss"] = record.loss
        rows[record.step]!["rate"] = record.rate
      case .evaluation(let step, let metrics): rows[step, default: [:]].merge(metrics) { $1 }
      case .environment, .note: break
      }
    }
    let first = ["loss", "rate"]
    let names = Set(rows.values.flatMap(\.keys))
    let columns = first.filter(names.contains) + names.subtracting(first).sorted()
    var table = Table(["step"] + columns)
    for (step, row) in rows.sorted(by: { $0.key < $1.key }) {
      table.add(["\(step)"] + columns.map { name in row[name].map { "\($0)" } ?? "" })
    }
    return table
  }
}
