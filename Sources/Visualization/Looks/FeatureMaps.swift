public import Images
internal import Inputs
internal import Layers
public import Networks
internal import Tensors
internal import Text

/// What the units of one layer make of one photograph.
public enum FeatureMaps {
  /// A sheet of the maps of a layer's first `count` units after the photograph, each stretched from
  /// its smallest to its largest response, which stands below it.
  public static func sheet(
    of archive: FeatureArchive, file: String, layer: String, picture: Picture, size: Int,
    count: Int = 64, columns: Int = 8
  ) throws -> Picture {
    try archive.requireRoom(size, for: [layer], file: file)
    let (width, height) = UnitFeed.fitted((picture.width, picture.height), shorter: size)
    let seen = picture.withThreeChannels().resized(width: width, height: height)
    let input = archive.description.preprocessing.input(of: [seen], on: archive.trunk.device)
    let map = archive.trunk.outputs(input, of: [layer])[layer]!
    try map.requireFinite(from: layer) { _ in "the photograph" }
    let (values, rows, across) = (map.floats, map.shape[2], map.shape[3])
    // Cells of the photograph's proportions, about 96 pixels wide.
    let cell = (width: 96, height: max(1, 96 * height / width))
    var cells = [Sheet.Cell(seen, label: "photograph")]
    for unit in 0..<min(count, map.shape[1]) {
      let mine = values[unit * rows * across..<(unit + 1) * rows * across]
      let (low, high) = (mine.min()!, mine.max()!)
      let picture = Heat.picture(
        mine.map { high > low ? ($0 - low) / (high - low) : 0 }, width: across, height: rows)
      cells.append(
        .init(
          picture.resized(width: cell.width, height: cell.height, filter: .nearest),
          label: "\(unit): \(Table.number(Double(high), digits: abs(high) < 10 ? 2 : 0))"))
    }
    var sheet = Sheet(
      cellSize: cell, title: "\(layer): \(min(count, map.shape[1])) of \(map.shape[1]) units")
    sheet.rows = stride(from: 0, to: cells.count, by: columns).map {
      .init(cells: Array(cells[$0..<min($0 + columns, cells.count)]))
    }
    return sheet.rendered()
  }
}
