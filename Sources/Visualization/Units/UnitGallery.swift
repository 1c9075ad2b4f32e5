internal import Files
internal import Images
internal import Networks
internal import Runs

/// The folder that a look at units leaves behind:
///
///     units.json               what was found (`UnitResults`)
///     relu5_3.png              a sheet; relu5_3-1.png, relu5_3-2.png, … of many units
///     strips/relu5_3/0017.jpg  the crops of one unit side by side
///     pass.safetensors         all that the pass keeps, so that it can be resumed
public struct UnitGallery {
  /// The folder.
  public let path: String
  /// Pixels of the side of a crop.
  public var side = 80
  /// Whether crops show what of a unit's window lies outside the photograph, hatched.
  public var showsBorder = true
  /// Units on a sheet.
  public var rows = 64

  /// A folder, made where it is missing; what killed passes left half-written in it goes.
  public init(_ path: String) throws {
    self.path = path
    try POSIXFiles.posix.makeDirectory(path)
    TemporaryFile.removeLeftovers(in: path, deeply: true)
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
      strip.paste(picture, x: x, y: 0)
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
      .init(
        caption: Self.caption(layer.units[unit]),
        cells: try crops[unit].map { .init(try Picture(decoding: $0)) })
    }
    return sheet.rendered()
  }

  /// The words beside a strip.
  static func caption(_ unit: UnitResults.Unit) -> String {
    var lines = ["unit \(unit.unit)"]
    if let found = unit.association {
      lines.append(found.name)
      lines.append("\(found.count)/\(found.of), chance \(percent(found.chance))")
    }
    lines.append("active \(percent(unit.active))")
    return lines.joined(separator: "\n")
  }

  private static func percent(_ share: Double) -> String {
    let value = 100 * share
    return value >= 10 || value == 0
      ? "\(Int(value.rounded()))%" : value < 0.1 ? "<0.1%" : "\((value * 10).rounded() / 10)%"
  }
}
