internal import Files
internal import Images
internal import Networks
internal import Runs

/// The folder that a look at units leaves behind:
///
///     units.json               what was found (`UnitResults`)
///     units.html               all units to browse and search, with the strips beside it
///     relu5_3.png              a sheet; relu5_3-1.png, relu5_3-2.png, … of many units
///     strips/relu5_3/0017.jpg  the crops of one unit side by side
///     pass.safetensors         all that the pass keeps, so that it can be resumed
public struct UnitGallery {
  /// The folder.
  public let path: String
  /// Pixels of the side of a crop.
  public var side = 96
  /// Whether crops show what of a unit's window lies outside the photograph too, hatched.
  public var showsBorder = false
  /// Units on a sheet.
  public var rows = 64

  /// A folder, made where it is missing; what killed passes left half-written in it goes.
  public init(_ path: String) throws {
    self.path = path
    try POSIXFiles.posix.makeDirectory(path)
    TemporaryFile.removeLeftovers(in: path, deeply: true)
  }

  /// The page of all units.
  public var page: String { Self.page(in: path) }

  /// The page of all units in a folder.
  static func page(in path: String) -> String { "\(path)/units.html" }

  /// Where the strip of a unit lies in the folder of a look.
  static func strip(_ layer: String, _ unit: Int) -> String {
    "strips/\(layer)/\(number(unit)).jpg"
  }

  /// Where the pass is kept.
  public var state: String { Self.state(in: path) }

  private static func state(in path: String) -> String { "\(path)/pass.safetensors" }

  /// Whether a pass was kept.
  public var hasState: Bool { get throws { try Self.hasState(in: path) } }

  /// Whether a pass was kept in a folder, which need not be there.
  public static func hasState(in path: String) throws -> Bool {
    try POSIXFiles.posix.exists(state(in: path))
  }

  /// Writes results, strips and sheets; gives the sheets' paths. `visited` is called while the
  /// photographs are visited again.
  public func write(
    _ pass: UnitPass, archive file: String, threads: Int,
    visited: (_ done: Int, _ total: Int) -> Void
  ) throws -> [String] {
    let results = pass.results(file: file)
    let portraits = try UnitPortraits(
      pass, side: side, showsBorder: showsBorder, threads: threads, visited: visited)
    var sheets: [String] = []
    for (layer, crops) in zip(results.layers, portraits.crops) {
      let folder = "\(path)/strips/\(layer.name)"
      try POSIXFiles.posix.makeDirectory(folder)
      for (unit, strip) in zip(layer.units, crops) where !strip.isEmpty {
        try Self.strip(try strip.map { try Picture(decoding: $0) })
          .write(to: "\(folder)/\(Self.number(unit.unit)).jpg")
      }
      let pages = stride(from: 0, to: layer.units.count, by: rows).map {
        $0..<min($0 + rows, layer.units.count)
      }
      for (index, page) in pages.enumerated() {
        let name = pages.count == 1 ? layer.name : "\(layer.name)-\(index + 1)"
        try sheet(results, layer, page, crops).write(to: "\(path)/\(name).png")
        sheets.append("\(path)/\(name).png")
      }
    }
    try AtomicFile.write(UnitPage.html(results, in: self), to: page)
    try AtomicFile.write(json: results, .line, .relaxed, to: "\(path)/units.json")
    return sheets
  }

  /// The results in a folder that `write` left.
  public static func results(in path: String) throws -> UnitResults {
    let bytes = try POSIXFiles.posix.read("\(path)/units.json")
    do { return try JSON.value(from: bytes, .relaxed) } catch {
      throw RunError(path: "\(path)/units.json", problem: "cannot be read: \(error)")
    }
  }

  /// The number in the name of a unit's strip.
  static func number(_ unit: Int) -> String {
    String(repeating: "0", count: max(0, 4 - "\(unit)".count)) + "\(unit)"
  }

  /// Pictures side by side with white between them.
  private static func strip(_ pictures: [Picture], gap: Int = 4) -> Picture {
    let height = pictures.map(\.height).max()!
    let width = pictures.reduce(0) { $0 + $1.width + gap } - gap
    var strip = Picture(width: width, height: height, channels: 3, filledWith: 255)
    var x = 0
    for picture in pictures {
      strip.paste(picture, x: x, y: (height - picture.height) / 2)
      x += picture.width + gap
    }
    return strip
  }

  private func sheet(
    _ results: UnitResults, _ layer: UnitResults.Layer, _ page: Range<Int>, _ crops: [[[UInt8]]]
  ) throws -> Picture {
    let field = Int(layer.geometry.receptiveField)
    var sheet = Sheet(
      cellSize: (side, side),
      title: """
        \(layer.name), units \(page.lowerBound) to \(page.upperBound - 1), each sees \
        \(field) x \(field) px; best of \(results.photographs)
        """)
    sheet.gap = 6
    sheet.rows = try page.map { unit in
      // A dead unit is a line without pictures; the empty cell lets a sheet be of such alone.
      .init(
        caption: UnitWords.lines(layer.units[unit]).joined(separator: "\n"),
        cells: crops[unit].isEmpty
          ? [.init(nil)] : try crops[unit].map { .init(try Picture(decoding: $0)) })
    }
    return sheet.rendered()
  }
}
