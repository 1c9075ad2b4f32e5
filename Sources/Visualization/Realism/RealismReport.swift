internal import Files
public import Plots
public import Text

/// What came out of a study with people, on one page that needs no network.
public struct RealismReport {
  /// The heading, and what readers must know beside the numbers.
  public var title: String, caption: String
  /// Tables under their headings; the first stands above the figures.
  public var tables: [(heading: String, table: Table)]
  /// Figures with what they show.
  public var figures: [(name: String, figure: Figure)]
  /// The file of a sheet of pictures; nil where nothing was shown.
  public var sheet: String?

  /// A page with nothing but these words yet.
  public init(title: String, caption: String) {
    (self.title, self.caption) = (title, caption)
    (tables, figures) = ([], [])
  }

  /// Writes the page, whole or not at all. Figures need gnuplot.
  public func write(to path: String) throws {
    let pictures = try ReportPictures()
    defer { pictures.remove() }
    func shown(_ tables: some Sequence<(heading: String, table: Table)>) -> [[String: Any]] {
      tables.filter { !$0.table.rows.isEmpty }.map {
        ["name": $0.heading, "table": ReportPage.table($0.table)]
      }
    }
    var page: [String: Any] = [
      "title": title, "about": caption, "first": shown(tables.prefix(1)),
      "tables": shown(tables.dropFirst()),
      "figures": try figures.map {
        ReportPage.figure($0.name, "", source: try pictures.source($0.figure))
      },
    ]
    if let sheet {
      page["sheet"] = [
        ReportPage.figure(
          "Pictures by how often they fooled people", "", source: try pictures.source(file: sheet))
      ]
    }
    try AtomicFile.write(ReportTemplate.render("realism-report", by: "realism", page), to: path)
  }
}
