/// Colorization beside rivals, noise and labels on three tasks.
struct TransferFigures {
  static let folder = "results/voc-transfer"
  static let page = "\(folder)/README.md"

  /// A regime of a task, as the table of the study names it.
  struct Regime {
    let task, name: String
    static let classify = Regime(task: "classify", name: "all")
    static let frozen = Regime(task: "classify", name: "frozen")
    static let tenth = Regime(task: "classify", name: "low-10")
    static let hundredth = Regime(task: "classify", name: "low-1")
    static let detect = Regime(task: "detect", name: "all")
    static let segment = Regime(task: "segment", name: "all")
  }

  let summary: ResultTable
  let files: ResultFiles

  static func statements(_ files: ResultFiles) throws -> [Statement] {
    let figures = TransferFigures(
      summary: try files.csv("\(folder)/summary.csv"), files: files)
    return try figures.table() + figures.tasks() + figures.fewLabels() + figures.published()
      + figures.repeated()
  }

  func row(_ regime: Regime, _ start: String) throws -> [String] {
    try summary.row([regime.task, regime.name, share(regime), start])
  }
  func share(_ regime: Regime) -> String {
    switch regime.name {
    case "low-10": "0.1"
    case "low-1": "0.01"
    default: "1"
    }
  }
  func rows(_ regime: Regime) -> [[String]] {
    summary.rows.filter { $0[0] == regime.task && $0[1] == regime.name }
  }
  func values(_ row: [String], _ columns: [String]) throws -> [Double] {
    try columns.map { try summary.numbers(row, $0)[0] }
  }
  func score(_ regime: Regime, _ start: String) throws -> [Double] {
    try values(row(regime, start), ["mean", "low", "high"])
  }
  func gain(_ regime: Regime, _ start: String) throws -> [Double] {
    try values(row(regime, start), ["difference", "difference low", "difference high"])
  }
  func mean(_ regime: Regime, _ start: String) throws -> Figure {
    Figure(try score(regime, start)[0], 1)
  }
  func plus(_ regime: Regime, _ start: String) throws -> Figure {
    .interval(try gain(regime, start), 1, sign: true)
  }
  func chance(_ regime: Regime) throws -> Figure {
    Figure(try values(row(regime, "gaussian"), ["chance"])[0], 1)
  }

  /// The starts whose interval leaves zero out.
  func decided(_ regime: Regime) throws -> Set<String> {
    Set(
      try rows(regime).map { $0[3] }.filter { start in
        guard start != "gaussian" else { return false }
        let three = try gain(regime, start)
        return three[1] > 0 || three[2] < 0
      })
  }

  /// The table of README.md.
  func table() throws -> [Statement] {
    let starts = [
      ("kmeans", "k-means"), ("colorization", "colorization"), ("split-brain", "split-brain"),
      ("context", "context"), ("inpainting", "inpainting"), ("rotation", "rotation"),
      ("autoencoder", "autoencoder"), ("supervised", "labels (VOC2007's)"),
    ]
    func cell(_ regime: Regime, _ start: String) throws -> Words {
      let figure = try plus(regime, start)
      return try decided(regime).contains(start) ? "**\(figure)**" : "\(figure)"
    }
    func noise(_ regime: Regime) throws -> Figure { .interval(try score(regime, "gaussian"), 1) }
    return try starts.map { start, name in
      try Statement(
        "README.md",
        """
        | \(name) | \(cell(.classify, start)) | \(cell(.frozen, start)) \
        | \(cell(.detect, start)) | \(cell(.segment, start)) |
        """)
    } + [
      try Statement(
        "README.md",
        """
        | Gaussian noise | \(noise(.classify)) | \(mean(.frozen, "gaussian")) \
        | \(noise(.detect)) | \(noise(.segment)) |
        """),
      try Statement(
        "README.md",
        """
        | chance | \(chance(.classify)) | \(chance(.frozen)) | \(chance(.detect)) \
        | \(chance(.segment)) |
        """),
    ]
  }
}
