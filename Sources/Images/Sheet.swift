/// A contact sheet: rows of pictures on white, with a title, column headers and captions.
public struct Sheet: Sendable {
  /// A picture and, optionally, a line of text below it.
  public struct Cell: Sendable {
    /// The picture; it is fitted into the cell with its proportions kept. `nil` leaves a gap.
    public var picture: Picture?
    /// A line of text under the picture; empty for none.
    public var label: String

    /// A cell with this picture over this label.
    public init(_ picture: Picture?, label: String = "") {
      self.picture = picture
      self.label = label
    }
  }

  /// Cells beside one another, with a caption on their left.
  public struct Row: Sendable {
    /// One or several lines of text; empty for none.
    public var caption: String
    /// The cells from left to right.
    public var cells: [Cell]

    /// A row of these cells.
    public init(caption: String = "", cells: [Cell]) {
      self.caption = caption
      self.cells = cells
    }
  }

  /// A line of large text above everything; empty for none.
  public var title = ""
  /// Text above the columns; empty for none.
  public var headers: [String] = []
  /// The rows from top to bottom.
  public var rows: [Row] = []
  /// Columns and rows that each picture may take.
  public var cellSize: (width: Int, height: Int)
  /// Pixels after which a caption goes on in the next line.
  public var captionWidth = 170
  /// Colors and what they stand for, below the rows; empty for none.
  public var key: [(color: SIMD3<UInt8>, name: String)] = []
  /// White pixels between cells.
  public var gap = 8

  /// An empty sheet whose pictures are fitted into cells of this size.
  public init(cellSize: (width: Int, height: Int), title: String = "", headers: [String] = []) {
    precondition(cellSize.width > 0 && cellSize.height > 0, "Sheet: cells of \(cellSize)")
    self.cellSize = cellSize
    self.title = title
    self.headers = headers
  }

  /// A sheet of these cells, `columns` to a row, as large as the largest picture.
  public init(_ cells: [Cell], columns: Int, title: String = "") {
    precondition(columns > 0, "Sheet: \(columns) columns")
    let pictures = cells.compactMap(\.picture)
    self.init(
      cellSize: (pictures.map(\.width).max() ?? 1, pictures.map(\.height).max() ?? 1),
      title: title)
    rows = stride(from: 0, to: cells.count, by: columns).map {
      Row(cells: Array(cells[$0..<min($0 + columns, cells.count)]))
    }
  }

  /// The sheet as an sRGB picture; traps when there is nothing on it.
  public func rendered() -> Picture {
    let columns = max(headers.count, rows.map(\.cells.count).max() ?? 0)
    precondition(columns > 0 && !rows.isEmpty, "Sheet: there are no cells to render")
    let line = TextFont.small.lineHeight
    let margin = gap + 4
    let captions = rows.map { TextFont.small.lines(of: $0.caption, width: captionWidth) }
    let labels = rows.map { $0.cells.map { lines(ofLabel: $0.label) } }
    let widest = captions.joined().map { TextFont.small.width(of: $0) }.max()
    let left = margin + (widest.map { $0 + 2 * gap } ?? 0)
    let across = left + columns * (cellSize.width + gap) - gap + margin
    let width = max(across, 240)
    let title = TextFont.large.lines(of: self.title, width: width - 2 * margin)
    let titleHeight =
      title.isEmpty ? 0 : title.count * TextFont.large.lineHeight + gap
    let headings = headers.map { lines(ofLabel: $0) }
    let headerHeight = headings.map { $0.count * line + 2 }.max() ?? 0
    // A row without pictures is as high as its words.
    let pictureHeights = rows.map { row in
      row.cells.contains { $0.picture != nil } ? cellSize.height : 0
    }
    let heights = rows.indices.map { row in
      let below = labels[row].map { $0.isEmpty ? 0 : $0.count * line + 4 }.max() ?? 0
      return max(pictureHeights[row] + below, captions[row].count * line)
    }
    let entries = keyPlaces(width: width, margin: margin)
    let keyHeight = entries.last.map { $0.y + line + gap } ?? 0
    let height =
      2 * margin + titleHeight + headerHeight + heights.reduce(0) { $0 + $1 + gap } - gap
      + keyHeight

    var sheet = Picture(width: width, height: height, channels: 3, filledWith: 255)
    for (place, text) in title.enumerated() {
      sheet.draw(
        text, x: margin, y: margin + place * TextFont.large.lineHeight, color: Self.ink,
        font: .large)
    }
    var top = margin + titleHeight
    for (column, heading) in headings.enumerated() {
      drawCentered(heading, on: &sheet, x: left + column * (cellSize.width + gap), y: top)
    }
    top += headerHeight
    for (place, row) in rows.enumerated() {
      let (lines, rowHeight) = (captions[place], heights[place])
      var y = top + max(0, (pictureHeights[place] - lines.count * line) / 2)
      for text in lines {
        sheet.draw(text, x: margin, y: y, color: Self.ink)
        y += line
      }
      for (column, cell) in row.cells.enumerated() {
        let x = left + column * (cellSize.width + gap)
        if let picture = cell.picture.map(fitted) {
          sheet.paste(
            picture, x: x + (cellSize.width - picture.width) / 2,
            y: top + (cellSize.height - picture.height) / 2)
        }
        drawCentered(
          labels[place][column], on: &sheet, x: x,
          y: top + pictureHeights[place] + (pictureHeights[place] > 0 ? 4 : 0))
      }
      top += rowHeight + gap
    }
    for (entry, place) in zip(key, entries) {
      let y = top + place.y
      sheet.fill(x: place.x, y: y + 2, width: line - 4, height: line - 4, color: entry.color)
      sheet.outline(
        x: place.x, y: y + 2, width: line - 4, height: line - 4, color: [120, 120, 120])
      sheet.draw(entry.name, x: place.x + line, y: y, color: Self.ink)
    }
    return sheet
  }

  /// Where the entries of the key stand, below the rows.
  private func keyPlaces(width: Int, margin: Int) -> [(x: Int, y: Int)] {
    var (x, y) = (margin, 0)
    return key.map { entry in
      let wide = TextFont.small.lineHeight + TextFont.small.width(of: entry.name) + 14
      if x > margin, x + wide > width - margin {
        (x, y) = (margin, y + TextFont.small.lineHeight + 2)
      }
      defer { x += wide }
      return (x, y)
    }
  }

  private func lines(ofLabel label: String) -> [String] {
    TextFont.small.lines(of: label, width: cellSize.width + gap - 2)
  }

  private static let ink: SIMD3<UInt8> = [40, 40, 44]

  /// Draws lines of text in the middle of a column.
  private func drawCentered(_ lines: [String], on sheet: inout Picture, x: Int, y: Int) {
    for (place, text) in lines.enumerated() {
      sheet.draw(
        text, x: x + (cellSize.width - TextFont.small.width(of: text)) / 2,
        y: y + place * TextFont.small.lineHeight, color: Self.ink)
    }
  }

  /// The picture in sRGB, as large as the cell allows; alpha is laid over a light checkerboard.
  private func fitted(_ picture: Picture) -> Picture {
    let ratio = min(
      Double(cellSize.width) / Double(picture.width),
      Double(cellSize.height) / Double(picture.height))
    let width = max(1, Int((Double(picture.width) * ratio).rounded()))
    let height = max(1, Int((Double(picture.height) * ratio).rounded()))
    let isSame = width == picture.width && height == picture.height
    let sized = isSame ? picture : picture.resized(width: width, height: height, filter: .bicubic)
    guard sized.channels == 4 else { return sized.withThreeChannels() }
    var board = Picture(width: width, height: height, channels: 3, filledWith: 255)
    for y in stride(from: 0, to: height, by: 8) {
      for x in stride(from: y % 16, to: width, by: 16) {
        board.fill(x: x, y: y, width: 8, height: 8, color: [225, 225, 225])
      }
    }
    board.composite(sized, x: 0, y: 0)
    return board
  }
}
