/// Pages whose figures come from tables of their own.
enum PageFigures {
  static func statements(_ files: ResultFiles) throws -> [Statement] {
    try intervals(files) + structure(files)
  }

  private static func intervals(_ files: ResultFiles) throws -> [Statement] {
    let page = "results/intervals/README.md"
    let table = try files.markdown(page)
    let shares = try table.column(
      "holds the truth, %", of: table.rows.filter { $0[0].hasPrefix("Wilson") })
    return [
      Statement(
        page, "shares near 100 % holds them in \(Figure(shares.min()!, 1)) %:",
        if: shares.min() == shares.last)
    ]
  }

  private static func structure(_ files: ResultFiles) throws -> [Statement] {
    let page = "results/structure/README.md"
    let table = try files.markdown(page)
    func growth(_ row: String) throws -> Figure {
      let cells = try table.row([row])[1...2].map {
        Double($0.filter { $0 != "," }) ?? .nan
      }
      return Figure((cells[1] / cells[0] - 1) * 100, 1)
    }
    return try [
      Statement(
        page,
        """
        by \(growth("lines of them")) % (\(growth("without ResNet and single labels")) % without \
        the two additions)
        """)
    ]
  }
}
