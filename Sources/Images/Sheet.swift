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
  /// Pixels of the font's dots: 1 for small text, 2 for text in print.
  public var textScale = 1
  /// Characters after which a caption goes on in the next line.
  public var captionLength = 28
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
    let line = BitmapFont.lineHeight * textScale
    let margin = gap + 4
    let captions = rows.map { lines(of: $0.caption) }
    let captionWidth = captions.joined().map { BitmapFont.width(of: $0, scale: textScale) }.max()
    let left = margin + (captionWidth.map { $0 + 2 * gap } ?? 0)
    let titleHeight = title.isEmpty ? 0 : BitmapFont.lineHeight * (textScale + 1) + gap
    let headerHeight = headers.isEmpty ? 0 : line + 2
    let heights = zip(rows, captions).map { row, caption in
      max(
        cellSize.height + (row.cells.contains { !$0.label.isEmpty } ? line + 4 : 0),
        caption.count * line)
    }
    let titleWidth = 2 * margin + BitmapFont.width(of: title, scale: textScale + 1)
    let width = max(left + columns * (cellSize.width + gap) - gap + margin, titleWidth)
    let height = 2 * margin + titleHeight + headerHeight + heights.reduce(0) { $0 + $1 + gap } - gap

    var sheet = Picture(width: width, height: height, channels: 3, filledWith: 255)
    sheet.draw(title, x: margin, y: margin, color: Self.ink, scale: textScale + 1)
    var top = margin + titleHeight
    for (column, header) in headers.enumerated() {
      drawCentered(header, on: &sheet, x: left + column * (cellSize.width + gap), y: top)
    }
    top += headerHeight
    for (row, (lines, rowHeight)) in zip(rows, zip(captions, heights)) {
      var y = top + max(0, (cellSize.height - lines.count * line) / 2)
      for text in lines {
        sheet.draw(text, x: margin, y: y, color: Self.ink, scale: textScale)
        y += line
      }
      for (column, cell) in row.cells.enumerated() {
        let x = left + column * (cellSize.width + gap)
        if let picture = cell.picture.map(fitted) {
          sheet.paste(
            picture, x: x + (cellSize.width - picture.width) / 2,
            y: top + (cellSize.height - picture.height) / 2)
        }
        drawCentered(cell.label, on: &sheet, x: x, y: top + cellSize.height + 4)
      }
      top += rowHeight + gap
    }
    return sheet
  }

  /// A caption cut where it says so, and where it would become too long.
  private func lines(of caption: String) -> [String] {
    caption.split(separator: "\n").flatMap { line in
      stride(from: 0, to: line.count, by: captionLength).map {
        String(line.dropFirst($0).prefix(captionLength))
      }
    }
  }

  private static let ink: SIMD3<UInt8> = [40, 40, 44]

  /// Draws text in the middle of a column, shortened with two dots where it is too long.
  private func drawCentered(_ text: String, on sheet: inout Picture, x: Int, y: Int) {
    let room = (cellSize.width / textScale + 1 + gap / 2) / BitmapFont.advance
    let shown = text.count > room ? text.prefix(max(0, room - 2)) + ".." : text[...]
    let width = BitmapFont.width(of: String(shown), scale: textScale)
    sheet.draw(
      String(shown), x: x + (cellSize.width - width) / 2, y: y, color: Self.ink, scale: textScale)
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
