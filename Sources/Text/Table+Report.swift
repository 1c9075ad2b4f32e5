public import Processes

extension Table {
  /// The table as something to report: for programs, `rows` of cells by the names of their columns.
  /// Where a column stands right, as numbers do, its numbers are numbers. `words` stand for the
  /// table where people want more of it.
  public func report(_ title: String, words: String? = nil) -> Report {
    let names = columnNames
    let rows = self.rows.map { row in
      let cells = zip(row, alignments).map { Cell(text: $0, isNumber: $1 == .right) }
      return Dictionary(uniqueKeysWithValues: zip(names, cells))
    }
    return Report(.table, words ?? "\(self)", ["title": title, "columns": names, "rows": rows])
  }

  /// The headings, each another: an empty one has its place, and one that comes again its number.
  private var columnNames: [String] {
    var names: [String] = []
    for (place, heading) in headings.enumerated() {
      let heading = heading.isEmpty ? "column \(place + 1)" : heading
      let more = (2...).lazy.map { "\(heading) \($0)" }
      names.append(names.contains(heading) ? more.first { !names.contains($0) }! : heading)
    }
    return names
  }
}

/// A number where the whole cell is one, else the words.
private struct Cell: Encodable {
  let text: String
  let isNumber: Bool

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if isNumber, let number = Double(text), number.isFinite {
      try container.encode(number)
    } else {
      try container.encode(text)
    }
  }
}
