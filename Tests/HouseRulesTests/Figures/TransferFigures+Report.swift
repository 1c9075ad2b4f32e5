/// What the page says of the paper and of earlier runs.
extension TransferFigures {
  /// The order and the gains of the paper, which the report has from it.
  func published() throws -> [Statement] {
    func section(_ task: String) -> String { "## \(task), all" }
    func order(_ task: String) throws -> (ours: Figure, all: Figure) {
      let path = "\(Self.folder)/report.md"
      let text = FigureRules.section(section(task), of: try files.read(path)) ?? ""
      guard let match = text.firstMatch(of: /Of (\d+) pairs of starts, (\d+) are/) else {
        throw ResultTable.Missing(description: "\(path) has no order of \(task)")
      }
      return (Figure(count: Int(match.2)!), Figure(count: Int(match.1)!))
    }
    func gained(_ task: String) throws -> Figure {
      let table = try files.markdown(
        "\(Self.folder)/report.md", heading: section(task), number: 1)
      let (ours, noise) = try (
        table.numbers("colorization", column: "published, %")[0],
        table.numbers("gaussian", column: "published, %")[0]
      )
      return Figure(ours - noise, 1)
    }
    let (a, b, c) = try (order("classify"), order("detect"), order("segment"))
    return try [
      Statement(
        Self.page,
        """
        \(a.ours) of \(a.all) (classification), \(b.ours) of \(b.all) (detection) and \(c.ours) of \
        \(c.all) (segmentation) stand as published
        """),
      Statement(
        Self.page,
        """
        colorization gained \(gained("classify")), \(gained("detect")) and \
        \(gained("segment")) points on Gaussian noise
        """),
    ]
  }

  /// How many runs there are, and that an earlier program's scores are among them.
  func repeated() throws -> [Statement] {
    let now = try files.csv("\(Self.folder)/runs.csv")
    let before = try files.csv("\(Self.folder)/classify-2026-11-25.csv")
    func key(_ row: [String], of table: ResultTable) throws -> [String] {
      try ["task", "regime", "start", "seed", "measure", "score"].map { try table.cell(row, $0) }
    }
    let scores = Set(try now.rows.map { try key($0, of: now) })
    let runs = Set(try now.rows.map { try now.cell($0, "run") })
    return try [
      Statement(Self.page, "all \(Figure(count: runs.count)) runs."),
      Statement(
        Self.page, "all \(Figure(count: before.rows.count)) scores of that day",
        if: before.rows.allSatisfy { try scores.contains(key($0, of: before)) }),
    ]
  }
}
