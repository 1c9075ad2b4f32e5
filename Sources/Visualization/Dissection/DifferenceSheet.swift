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
      let paths = [before, after].map { "\($0)/strips/\(layer.name)/\(number(unit.unit)).jpg" }
      guard try paths.allSatisfy({ try POSIXFiles.posix.exists($0) }) else { return nil }
      let words = [unit.before, unit.after].map { $0 ?? "-" }
      cells.append(
        .init(
          caption: """
            unit \(unit.unit)
            kept \(unit.kept) of \(unit.of)
            \(words[0] == words[1] ? words[0] : "\(words[0]) > \(words[1])")
            """,
          cells: try paths.map { .init(try Picture(contentsOfFile: $0)) }))
    }
    guard let first = cells.first?.cells.first?.picture else { return nil }
    var sheet = Sheet(
      cellSize: (first.width, first.height), title: "\(layer.name): what changed most",
      headers: names)
    sheet.gap = 12
    sheet.rows = cells
    return sheet.rendered()
  }
}
