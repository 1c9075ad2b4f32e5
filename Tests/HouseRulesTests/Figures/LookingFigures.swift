/// What units respond to.
enum LookingFigures {
  static func statements(_ files: ResultFiles) throws -> [Statement] {
    let folder = "results/looking"
    let page = "\(folder)/README.md"
    let layers = try files.markdown("\(folder)/dissection.md")
    let (color, noise) = try (
      files.markdown("\(folder)/dissection.md", number: 1).column("IoU, %").max()!,
      files.markdown("\(folder)/dissection.md", number: 2).column("IoU, %").max()!
    )
    let kept = try files.markdown("\(folder)/changed-since-step-1000.md")
      .column("photographs kept, %")
    let shared = try files.markdown("\(folder)/beside-gaussian.md").column("photographs kept, %")
    let isNone = try layers.column("detectors").allSatisfy { $0 == 0 }

    func best(_ layer: String, _ features: String) throws -> Double {
      try layers.numbers(layer, features, column: "mean best IoU, %")[0]
    }
    let names = layers.rows.filter { $0[1] == "gaussian" }.map { $0[0] }
    let above = try names.map { try best($0, "colorization") > best($0, "gaussian") }
    return try names.map { layer in
      Statement(
        page,
        """
        | \(layer) | \(Figure(try best(layer, "gaussian"), 2)) \
        | \(Figure(try best(layer, "colorization"), 2)) |
        """)
    } + [
      Statement(
        page,
        """
        kept \(Figure(kept[0], 0)) and \(Figure(kept[1], 0)) % of their photographs, deeper ones \
        \(.span(Array(kept[2...]), 0)) %
        """),
      Statement(page, "they share at most \(Figure(shared.max()!, 1)) %"),
      Statement(page, "**no unit of either network detects a class of VOC**", if: isNone),
      Statement(
        page,
        """
        The best unit of noise has \(Figure(noise, 1)) %, that of colorization \
        \(Figure(color, 1)) %
        """),
      Statement(
        page, "Colorization is above noise in the first, third and fourth of these layers",
        if: above == [true, false, true, true, false, false, false]),
      Statement(
        "README.md", "no unit of either detects a class of VOC2012 after five epochs", if: isNone),
    ]
  }
}
