/// What objectives do to colors.
enum ObjectivesFigures {
  private static let page = "results/objectives/README.md"
  private static let auc = "AuC, %"
  private static let rebalanced = "AuC rebalanced, %"

  static func statements(_ files: ResultFiles) throws -> [Statement] {
    let held = try files.markdown("results/objectives/held-out.md")
    let voc = try files.markdown("results/objectives/voc2012.md")
    let named = try files.markdown("results/objectives/named.md")
    func gain(_ table: ResultTable, _ column: String, _ digits: Int = 1) throws -> Figure {
      let three = try table.numbers("class-1 minus full-1", column: column)
      return .interval(reversed(three), digits, sign: true)
    }
    func first(_ row: String, _ column: String) throws -> Double {
      try held.numbers(row, column: column)[0]
    }
    let loss = try held.numbers("class-1 minus full-1", column: auc)
    let lossOfVOC = try voc.numbers("class-1 minus full-1", column: auc)
    let (full, other) = try (first("full-1", "colorfulness"), first("class-1", "colorfulness"))
    let methods = ["full-1", "class-1", "l2-1", "l2-ft-1"]
    let best = try methods.map { try first($0, auc) }.max()! - first("gray", auc)
    let noise = try methods.map { try first($0, "PSNR, dB") }.max()! - first("gray", "PSNR, dB")
    // Single methods, which have intervals; the truth has none, and differences are paired.
    let widths = try [held, voc, named].flatMap { table in
      try table.rows.filter { $0[0] != "ground truth" && !$0[0].contains(" minus ") }.map {
        let three = try table.numbers($0, rebalanced)
        return three[2] - three[1]
      }
    }
    let (times, pair): (Figure, Words) = (
      Figure(full / other, 1), "\(Figure(full, 1)) against \(Figure(other, 1))"
    )
    return try rows(held) + naming(named) + [
      Statement("README.md", "makes pictures \(times) times as colorful (\(pair))"),
      Statement("README.md", "costs \(.interval(loss, 1)) points of raw AuC"),
      Statement("README.md", "a gain in rebalanced AuC, \(gain(held, rebalanced)), is not shown"),
      Statement(
        page, "(truth: \(Figure(first("ground truth", "colorfulness"), 1)))"),
      Statement(
        page,
        """
        | full minus class, paired | \(gain(held, auc)) | \(gain(held, rebalanced)) \
        | \(gain(held, "RMSE ab", 2)) | \(gain(held, "PSNR, dB", 2)) \
        | \(gain(held, "colorfulness")) |
        """),
      Statement(page, "colorfulness (\(pair), \(times) times as much)"),
      Statement(page, "a loss of \(Figure(loss[0], 1)) points"),
      Statement(page, "\(.interval(lossOfVOC, 1)) on VOC2012"),
      Statement(
        page,
        "\(gain(held, rebalanced)) on held-out photographs, \(gain(voc, rebalanced)) on VOC2012"),
      Statement(page, "it is \(gain(named, rebalanced))"),
      Statement(page, "intervals of \(.span(widths, 0)) points for single methods"),
      Statement(
        page,
        """
        the best network is \(Figure(best, 1)) point of raw AuC above gray and \
        \(Figure(noise, 1)) dB of PSNR
        """),
    ]
  }

  /// The table of the page, whose values stand without their intervals.
  private static func rows(_ held: ResultTable) throws -> [Statement] {
    let names = [
      ("gray", "gray"), ("full-1", "full"), ("class-1", "class (no rebalancing)"),
      ("l2-1", "L2"), ("l2-ft-1", "L2, ft"),
    ]
    return try names.map { row, name in
      func figure(_ column: String, _ digits: Int) throws -> Figure {
        Figure(try held.numbers(row, column: column)[0], digits)
      }
      return try Statement(
        page,
        """
        | \(name) | \(figure(auc, 1)) | \(figure(rebalanced, 1)) | \(figure("RMSE ab", 2)) \
        | \(figure("PSNR, dB", 2)) | \(figure("colorfulness", 1)) |
        """)
    }
  }

  /// What the recognizer says of colored pictures.
  private static func naming(_ named: ResultTable) throws -> [Statement] {
    func top1(_ row: String) throws -> [Double] { try named.numbers(row, column: "top-1, %") }
    let networks = try ["full-1", "class-1", "l2-1", "l2-ft-1"].map { try top1($0)[0] }
    let (truth, gray) = try (top1("ground truth"), top1("gray"))
    let isWithin = networks.allSatisfy { gray[1] <= $0 && $0 <= gray[2] }
    return [
      Statement(
        page,
        """
        Named in their true colors, \(.interval(truth, 1)) % of 322 held-out pictures of 20 \
        classes (animals, flowers, scenes, weather) are named right, in gray \
        \(.interval(gray, 1)) %, in another picture's colors \
        \(Figure(try top1("random")[0], 1)) %
        """),
      Statement(
        page,
        """
        The networks' colors give \(.span(networks, 1)) %, \
        \(.span(networks.map { $0 - gray[0] }, 1)) points above gray and within its interval
        """, if: isWithin),
    ]
  }
}
