import Foundation

/// A table of a file of results: of a CSV file, or one of a Markdown page.
struct ResultTable {
  /// A file, row or column that a figure is to come from and that is not there.
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  let path: String
  let columns: [String]
  let rows: [[String]]

  /// A file of comma-separated values, none of which but those of the last column are in quotes.
  init(csv text: String, path: String) throws {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let columns = lines.first else { throw Missing(description: "\(path) is empty") }
    (self.path, self.columns, rows) = (path, columns, Array(lines.dropFirst()))
  }

  /// Table `number`, counted from 0, of those that follow the line `heading`, or of all.
  init(markdown text: String, path: String, heading: String? = nil, number: Int = 0) throws {
    let lines = text.components(separatedBy: "\n")
    var rest = lines[...]
    if let heading {
      guard let at = rest.firstIndex(of: heading) else {
        throw Missing(description: "\(path) has no line '\(heading)'")
      }
      rest = rest[(at + 1)...]
    }
    let tables = rest.split { !$0.hasPrefix("|") }
    guard number < tables.count else {
      throw Missing(description: "\(path) has no table \(number) below '\(heading ?? "its top")'")
    }
    // The second line draws the rule below the head.
    let cells = tables[tables.startIndex + number].map { line in
      line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).dropLast()
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    (self.path, columns, rows) = (path, cells[0], Array(cells.dropFirst(2)))
  }

  /// The first row that begins with these cells.
  func row(_ keys: [String]) throws -> [String] {
    guard let row = rows.first(where: { $0.starts(with: keys) }) else {
      throw Missing(description: "\(path) has no row \(keys.joined(separator: ", "))")
    }
    return row
  }

  /// What stands in a column of a row.
  func cell(_ row: [String], _ column: String) throws -> String {
    guard let at = columns.firstIndex(of: column), at < row.count else {
      throw Missing(description: "\(path) has no column '\(column)'")
    }
    return row[at]
  }

  /// The numbers in a cell of the first row that begins with `keys`; one at least.
  func numbers(_ keys: String..., column: String) throws -> [Double] {
    try numbers(row(keys), column)
  }

  /// The numbers in a cell of a row; one at least.
  func numbers(_ row: [String], _ column: String) throws -> [Double] {
    let cell = try cell(row, column)
    let numbers = cell.matches(of: /-?\d[\d,]*(?:\.\d+)?/).compactMap {
      Double($0.0.filter { $0 != "," })
    }
    guard !numbers.isEmpty else {
      throw Missing(description: "\(path) has no number in '\(column)' of \(row[0])")
    }
    return numbers
  }

  /// The first number of a column, of each of some rows.
  func column(_ name: String, of rows: [[String]]? = nil) throws -> [Double] {
    try (rows ?? self.rows).map { try numbers($0, name)[0] }
  }
}
