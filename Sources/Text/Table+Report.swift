public import Processes

extension Table {
  /// The table as something to report: for programs, `rows` of cells by the names of their columns,
  /// in which numbers are numbers. `words` stand for it where people want more than the table.
  public func report(_ title: String, words: String? = nil) -> Report {
    let names = headings.enumerated().map { $1.isEmpty ? "column \($0 + 1)" : $1 }
    let rows = self.rows.map { Dictionary(zip(names, $0.map(Cell.init))) { first, _ in first } }
    return Report(.table, words ?? "\(self)", ["title": title, "columns": names, "rows": rows])
  }
}

/// A number where the whole cell is one, else the words.
private struct Cell: Encodable {
  let text: String

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let number = Double(text), number.isFinite {
      try container.encode(number)
    } else {
      try container.encode(text)
    }
  }
}
