/// Rows of text under headings, for people to read.
public struct Table: Sendable, Equatable, CustomStringConvertible {
  /// Where the text of a column stands.
  public enum Alignment: Sendable {
    /// At the left, as words are.
    case left
    /// At the right, as numbers are.
    case right
  }

  /// The headings.
  public let headings: [String]
  /// The alignment of each column.
  public let alignments: [Alignment]
  /// The rows, each as long as the headings.
  public private(set) var rows: [[String]] = []

  /// A table without rows. The first column stands left and the others right unless said otherwise.
  public init(_ headings: [String], alignments: [Alignment]? = nil) {
    self.headings = headings
    self.alignments =
      alignments ?? headings.indices.map { $0 == 0 ? .left : .right }
    precondition(
      self.alignments.count == headings.count,
      "Table: \(headings.count) headings, \(self.alignments.count) alignments")
  }

  /// Adds a row; traps where its length is another than that of the headings.
  public mutating func add(_ row: [String]) {
    precondition(row.count == headings.count, "Table: \(row) does not fit \(headings)")
    rows.append(row)
  }

  /// The table as plain text: columns aligned, a rule under the headings.
  public var description: String {
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([headings, rule] + rows).map { row in
      var line = padded(row).joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// The table as Markdown, aligned so that it also reads well as text.
  public var markdown: String {
    let rule = zip(alignments, markdownTable.widths).map { alignment, width in
      let dashes = String(repeating: "-", count: max(width, 3) - (alignment == .right ? 1 : 0))
      return alignment == .right ? dashes + ":" : dashes
    }
    let table = markdownTable
    return ([table.headings, rule] + table.rows).map { row in
      "| " + table.padded(row, atLeast: 3).joined(separator: " | ") + " |\n"
    }.joined()
  }

  /// The table with the sign that ends a cell in Markdown escaped.
  private var markdownTable: Table {
    func escaped(_ row: [String]) -> [String] {
      row.map { cell in
        cell.reduce(into: "") { $0 += $1 == "|" ? "\\|" : $1.isNewline ? " " : String($1) }
      }
    }
    var table = Table(escaped(headings), alignments: alignments)
    table.rows = rows.map(escaped)
    return table
  }

  private var widths: [Int] {
    headings.indices.map { column in
      ([headings] + rows).map { $0[column].count }.max()!
    }
  }

  private func padded(_ row: [String], atLeast: Int = 0) -> [String] {
    zip(row, zip(widths, alignments)).map { cell, column in
      let space = String(repeating: " ", count: max(0, max(column.0, atLeast) - cell.count))
      return column.1 == .left ? cell + space : space + cell
    }
  }

  /// Numbers by name, in the order of the names, such as `auc 0.8123`.
  public static func numbers(_ numbers: [String: Double]) -> [String] {
    numbers.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value, digits: 4))" }
  }

  /// A number of bytes with its unit, such as `3.2 MB` (of a million bytes).
  public static func size(_ bytes: Int) -> String {
    var (value, units) = (Double(bytes), ["B", "kB", "MB", "GB", "TB"][...])
    while value >= 1000 && units.count > 1 { (value, units) = (value / 1000, units.dropFirst()) }
    return "\(number(value, digits: units.first == "B" ? 0 : 1)) \(units.first!)"
  }

  /// A number with this many digits after the point, the same in every locale.
  public static func number(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e18 else { return "\(value)" }
    let whole = String(Int(scaled))
    let padding = String(repeating: "0", count: max(0, digits + 1 - whole.count))
    let text = padding + whole
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return digits == 0 ? sign + text : "\(sign)\(text.dropLast(digits)).\(text.suffix(digits))"
  }
}
