extension Table {
  /// The table as comma-separated values with a line of headings.
  ///
  /// - Source: RFC 4180, with line feeds.
  public var csv: String {
    ([headings] + rows).map { row in
      row.map { cell in
        let isPlain = !cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        return isPlain
          ? cell
          : "\""
            + cell.split(
              separator: "\"", omittingEmptySubsequences: false
            ).joined(separator: "\"\"") + "\""
      }.joined(separator: ",") + "\n"
    }.joined()
  }
}
