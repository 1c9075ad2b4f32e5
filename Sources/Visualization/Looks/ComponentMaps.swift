public import Images
internal import Inputs
internal import Layers
public import Networks
internal import Tensors
internal import Text

/// The features of a convolutional layer as colored pictures: the first three principal components
/// of all positions of all photographs, as red, green and blue.
public enum ComponentMaps {
  /// A sheet of photographs, each beside its map. Colors mean the same in all of them: what is
  /// alike to the layer has one color. A layer of fewer than three channels leaves colors dark.
  public static func sheet(
    of archive: FeatureArchive, file: String, layer: String,
    pictures: [(name: String, picture: Picture)], size: Int
  ) throws -> Picture {
    precondition(!pictures.isEmpty, "ComponentMaps: no pictures")
    try archive.requireRoom(size, for: [layer], file: file)
    var maps: [(seen: Picture, width: Int, height: Int, rows: [[Float]])] = []
    for (name, picture) in pictures {
      let (width, height) = UnitFeed.fitted((picture.width, picture.height), shorter: size)
      let seen = picture.withThreeChannels().resized(width: width, height: height)
      let input = archive.description.preprocessing.input(of: [seen], on: archive.trunk.device)
      let map = archive.trunk.outputs(input, of: [layer])[layer]!
      try map.requireFinite(from: layer) { _ in name }
      let (values, count) = (map.floats, map.shape.plane)
      let rows = (0..<count).map { place in
        (0..<map.shape[1]).map { values[$0 * count + place] }
      }
      maps.append((seen, map.shape[3], map.shape[2], rows))
    }
    let components = try PrincipalComponents(maps.flatMap(\.rows), count: 3)
    let places = maps.map { $0.rows.map(components.coordinates) }
    let scales = components.directions.indices.map { axis in
      scale(places.joined().map { $0[axis] })
    }
    let (cell, share) = (192, components.variances.reduce(0, +) / max(components.total, 1e-300))
    var sheet = Sheet(
      cellSize: (cell, cell),
      title:
        "\(layer): three components, \(Table.number(100 * share, digits: 0)) % of the variance",
      headers: ["photograph", "components 1 to 3 as red, green, blue"])
    sheet.rows = zip(zip(pictures, maps), places).map { entry, places in
      let (name, map) = (entry.0.name, entry.1)
      let picture = Picture(
        width: map.width, height: map.height, channels: 3,
        samples: places.flatMap { place in
          (0..<3).map { axis -> UInt8 in
            guard axis < place.count else { return 0 }
            let (low, high) = scales[axis]
            return UInt8((255 * min(max((place[axis] - low) / (high - low), 0), 1)).rounded())
          }
        })
      return .init(
        caption: name,
        cells: [
          .init(map.seen),
          .init(picture.resized(width: map.seen.width, height: map.seen.height, filter: .nearest)),
        ])
    }
    return sheet.rendered()
  }

  /// Between which numbers a component goes from dark to bright: all but the outermost hundredths.
  private static func scale(_ values: [Double]) -> (low: Double, high: Double) {
    let sorted = values.sorted()
    let (low, high) = (sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100])
    return low < high ? (low, high) : (low - 0.5, low + 0.5)
  }
}
