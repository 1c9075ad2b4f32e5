internal import Files
public import Images

extension UnitGallery {
  /// The units of a layer that changed most, before and after; nil where no strips lie in the
  /// folders. `names` stand above the strips.
  public static func sheet(
    of layer: UnitDifference.Layer, before: String, after: String,
    names: [String] = ["before", "after"], rows: Int
  ) throws -> Picture? {
    var cells: [Sheet.Row] = []
    for unit in layer.units.prefix(rows) {
      // A dead unit left no strip.
      let strips = try [before, after].map { folder -> Picture? in
        let path = "\(folder)/\(strip(layer.name, unit.unit))"
        return try POSIXFiles.posix.exists(path) ? Picture(contentsOfFile: path) : nil
      }
      let words = [unit.before, unit.after].map { $0 ?? "-" }
      cells.append(
        .init(
          caption: """
            unit \(unit.unit)
            kept \(unit.kept) of \(unit.of)
            \(words[0] == words[1] ? words[0] : "\(words[0]) > \(words[1])")
            """,
          cells: strips.map { .init($0, label: $0 == nil ? "dead" : "") }))
    }
    let shown = cells.flatMap(\.cells).compactMap(\.picture)
    guard !shown.isEmpty else { return nil }
    var sheet = Sheet(
      cellSize: (shown.map(\.width).max()!, shown.map(\.height).max()!),
      title: "\(layer.name): what changed most",
      headers: names)
    sheet.gap = 12
    sheet.rows = cells
    return sheet.rendered()
  }
}
