internal import Colorization
internal import Images
internal import Processes
internal import Statistics
internal import Text
internal import Visualization

/// The sheet, and the page, of the first pictures that are colored.
struct ColorizationSheet {
  let side: Int, most: Int
  let headers: [String]
  var page: ColorViewer?
  private var rows: [Row] = []

  private struct Row {
    let name: String
    let gray: Picture, input: Picture
    let colored: [Picture]
    let entropy: (values: [Float], width: Int, height: Int)?
  }

  init(side: Int, most: Int, headers: [String], page: ColorViewer?) {
    (self.side, self.most, self.headers, self.page) = (side, most, headers, page)
  }

  /// How many pictures are on it, and whether there is room for no more.
  var count: Int { rows.count }
  var isFull: Bool { rows.count >= most }

  /// Adds a picture while there is room.
  mutating func add(
    _ name: String, input: Picture, colored: [Picture], _ prediction: ColorPrediction,
    showsEntropy: Bool
  ) throws {
    guard !isFull else { return }
    let small = input.fitted(into: side)
    let entropy = showsEntropy ? prediction.entropy : nil
    rows.append(
      Row(
        name: name, gray: ChromaMap.gray.painted(on: small), input: small,
        colored: colored.map { $0.fitted(into: side) },
        entropy: entropy.map { ($0, prediction.width, prediction.height) }))
    try page?.add(
      .init(
        name: name, picture: input, columns: prediction.width, rows: prediction.height,
        scores: prediction.values))
  }

  /// The sheet; nil where nothing is on it.
  func rendered() -> Picture? {
    guard !rows.isEmpty else { return nil }
    let scale = Self.scale(of: rows.compactMap { $0.entropy?.values }.joined().map(Double.init))
    var sheet = Sheet(cellSize: (side, side))
    sheet.headers = ["gray"] + headers + (scale == nil ? [] : ["entropy"]) + ["input"]
    if let scale {
      let steps = stride(from: 0.0, through: 1, by: 0.25)
      sheet.key = steps.map { place in
        let nats = scale.lowerBound + place * (scale.upperBound - scale.lowerBound)
        return (
          Heat.color(Float(place)), Table.number(nats, digits: 2) + (place == 1 ? " nats" : "")
        )
      }
    }
    sheet.rows = rows.map { row in
      var cells = ([row.gray] + row.colored).map { Sheet.Cell($0) }
      if let scale, let entropy = row.entropy {
        let (low, reach) = (Float(scale.lowerBound), Float(scale.upperBound - scale.lowerBound))
        let map = Heat.picture(
          entropy.values.map { ($0 - low) / reach }, width: entropy.width, height: entropy.height)
        let mean = Table.number(entropy.values.lazy.map(Double.init).mean, digits: 2)
        cells.append(
          .init(
            map.resized(width: row.input.width, height: row.input.height),
            label: "mean \(mean) nats"))
      }
      return .init(caption: row.name, cells: cells + [.init(row.input)])
    }
    return sheet.rendered()
  }

  /// From where to where entropies are shown: all but the outermost hundredths of those on the
  /// sheet, so that it shows something and pictures can be compared; nil without any.
  static func scale(of values: [Double]) -> ClosedRange<Double>? {
    let sorted = values.sorted()
    guard let first = sorted.first else { return nil }
    let low = sorted[sorted.count / 100]
    let high = sorted[sorted.count - 1 - sorted.count / 100]
    return low < high ? low...high : first - 0.5...first + 0.5
  }
}

extension Picture {
  /// The picture, reduced where it is larger than a square cell, so that a sheet of large pictures
  /// takes little memory.
  func fitted(into cell: Int) -> Picture {
    let ratio = Double(cell) / Double(max(width, height))
    guard ratio < 1 else { return self }
    return resized(
      width: max(1, Int((Double(width) * ratio).rounded())),
      height: max(1, Int((Double(height) * ratio).rounded())), filter: .bicubic)
  }
}
