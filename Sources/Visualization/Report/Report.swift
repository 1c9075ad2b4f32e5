internal import Files
internal import Foundation
internal import Networks
public import Plots
internal import Text

/// One page of all that lies in folders of runs: curves, pictures, units, results, settings. It
/// holds everything it shows, needs no network, and can be printed.
public struct Report {
  /// The heading.
  public var title = "Pigment report"
  /// At most this many units of each layer, those that stand out most first.
  public var unitsPerLayer = 24
  /// At most this many pictures.
  public var pictures = 40
  private let found: ReportFinder

  /// What was read, and what was written.
  public struct Summary: Sendable, CustomStringConvertible {
    /// The page.
    public let path: String
    /// Its size.
    public let bytes: Int
    /// Runs, looks at units, dissections and pictures on it.
    public let runs: Int, galleries: Int, dissections: Int, pictures: Int

    /// One line.
    public var description: String {
      "\(path): \(runs.counted("run")), \(galleries.counted("look")) at units, "
        + "\(dissections.counted("dissection")), \(pictures.counted("picture")); "
        + "\(bytes / 1024) KiB"
    }
  }

  /// Reads all runs, looks at units, dissections and pictures in these folders. A folder with
  /// nothing to report, or with something that cannot be read, is an error.
  public init(of folders: [String]) throws { found = try ReportFinder(folders) }

  /// Writes the page, whole or not at all.
  public func write(to path: String) throws -> Summary {
    let (html, shown) = try page()
    try AtomicFile.write(html, to: path)
    return Summary(
      path: path, bytes: html.utf8.count, runs: found.runs.count,
      galleries: found.galleries.count, dissections: found.dissections.count, pictures: shown)
  }

  /// The page, and how many pictures it shows. In the studio it follows the run `live` while that
  /// one is under way.
  func page(
    for place: ReportTemplate.Place = .file(), live: String? = nil
  ) throws -> (html: String, pictures: Int) {
    let pictures = try ReportPictures()
    defer { pictures.remove() }
    let kinds = try kinds().map { try section($0, pictures) }
    let galleries = try found.galleries.map { try gallery($0, pictures) }
    let dissections = try found.dissections.map { try dissection($0, pictures) }
    let shown = found.pictures.prefix(self.pictures)
    var page: [String: Any] = [
      "title": title, "kinds": kinds, "galleries": galleries, "dissections": dissections,
      "pictures": try shown.map { picture in
        ["name": picture.name, "source": try pictures.source(file: picture.path)]
      },
      "settings": settings(), "runs": found.runs.map(details),
    ]
    for name in ["kinds", "galleries", "dissections", "pictures", "runs"] {
      page["has-\(name)"] = !((page[name] as? [Any]) ?? []).isEmpty
    }
    if found.pictures.count > shown.count {
      page["more"] = "\(found.pictures.count - shown.count) more pictures lie in the folders."
    }
    page["live"] = live
    if case .server = place { page["home"] = true }
    return (ReportTemplate.render("page", by: "report", for: place, page), shown.count)
  }

  /// Writes every figure of the report into a folder; gives their paths.
  public func writeFigures(
    to folder: String, as format: FigureFormat, suffix: String
  ) throws -> [String] {
    let pictures = try ReportPictures()
    defer { pictures.remove() }
    try POSIXFiles.posix.makeDirectory(folder)
    var paths: [String] = []
    func draw(_ name: String, _ figure: Figure) throws {
      let path = "\(folder)/\(ReportText.anchor(name)).\(suffix)"
      try pictures.draw(figure, to: path, as: format)
      paths.append(path)
    }
    for kind in kinds() {
      for curve in ReportCurves(runs: kind.runs).curves() {
        try draw("\(kind.name) \(curve.name)", curve.figure)
      }
      let results = ReportResults(kind.runs)
      for one in results.figures { try draw("\(kind.name) \(one.name)", one.figure) }
      for one in results.precisionRecall { try draw("\(kind.name) pr \(one.name)", one.figure) }
    }
    for one in found.dissections {
      try draw("\(one.name) classes detected", one.comparison.figure)
      try draw("\(one.name) coverage", one.comparison.coverage)
    }
    return paths
  }

  /// Runs by kind, in the order they were found.
  private func kinds() -> [(name: String, runs: [ReportRun])] {
    var kinds: [(name: String, runs: [ReportRun])] = []
    for run in found.runs {
      if let index = kinds.firstIndex(where: { $0.name == run.kind }) {
        kinds[index].runs.append(run)
      } else {
        kinds.append((run.kind, [run]))
      }
    }
    return kinds
  }

  private func section(
    _ kind: (name: String, runs: [ReportRun]), _ pictures: ReportPictures
  ) throws -> [String: Any] {
    let results = ReportResults(kind.runs)
    let curves = try ReportCurves(runs: kind.runs).curves().map { curve in
      ReportPage.figure(
        curve.name, curve.caption, source: try pictures.source(curve.figure))
    }
    let films = try films(kind.runs, pictures)
    let shown = try shown(kind.runs, pictures)
    var section: [String: Any] = [
      "name": kind.name, "anchor": ReportText.anchor(kind.name), "curves": curves,
      "runs": ReportPage.table(ReportPage.overview(kind.runs)), "films": films,
      "has-films": !films.isEmpty, "shown": shown, "has-shown": !shown.isEmpty,
      "shown-title": Self.title(ofPictures: kind.name),
    ]
    if !results.groups.isEmpty {
      section["results"] = [
        "table": ReportPage.table(results.table),
        "figures": try results.figures.map { one in
          ReportPage.figure(
            one.name, results.bars,
            source: try pictures.source(one.figure))
        },
        "has-precision": !results.precisionRecall.isEmpty,
        "precision": try results.precisionRecall.map { one in
          ReportPage.figure(one.name, "", source: try pictures.source(one.figure))
        },
        "classes": results.classTables.map { one in
          ["name": one.name, "table": ReportPage.table(one.table)] as [String: Any]
        },
      ]
    }
    return section
  }

  /// What the pictures at the end of runs of a kind show.
  private static func title(ofPictures kind: String) -> String {
    kind.contains("detect")
      ? "Detections" : kind.contains("segment") ? "Segmentations" : "Pictures"
  }

  /// The pictures that the first run of each group left at its end.
  private func shown(
    _ runs: [ReportRun], _ pictures: ReportPictures
  ) throws -> [[String: String]] {
    try Self.firsts(runs).flatMap { run in
      try (found.shown[run.name] ?? []).map { picture in
        ReportPage.figure(
          Self.short(run, runs), picture.name, source: try pictures.source(file: picture.path))
      }
    }
  }

  /// What the first run of each group showed while it learned: at most eight moments, the first and
  /// the last among them.
  private func films(
    _ runs: [ReportRun], _ pictures: ReportPictures
  ) throws -> [[String: Any]] {
    try Self.firsts(runs).compactMap { run -> [String: Any]? in
      let frames = found.frames[run.name] ?? []
      guard !frames.isEmpty else { return nil }
      let count = min(8, frames.count)
      let chosen = (0..<count).map {
        frames[count == 1 ? 0 : $0 * (frames.count - 1) / (count - 1)]
      }
      return [
        "name": Self.short(run, runs),
        "frames": try chosen.map { frame in
          ["step": "\(frame.step)", "source": try pictures.source(file: frame.path)]
        },
      ]
    }
  }

  /// The first run of each group.
  private static func firsts(_ runs: [ReportRun]) -> [ReportRun] {
    runs.indices.filter { index in runs[..<index].allSatisfy { $0.group != runs[index].group } }
      .map { runs[$0] }
  }

  private static func short(_ run: ReportRun, _ runs: [ReportRun]) -> String {
    String(run.name.dropFirst(ReportCurves.commonPrefix(runs.map(\.name)).count))
  }

  private func gallery(
    _ gallery: (name: String, path: String, results: UnitResults), _ pictures: ReportPictures
  ) throws -> [String: Any] {
    let results = gallery.results
    return [
      "name": gallery.name, "anchor": ReportText.anchor("units " + gallery.name),
      "about": UnitPage.about(results)
        + (try POSIXFiles.posix.exists(UnitGallery.page(in: gallery.path))
          ? ". All units: \(UnitGallery.page(in: gallery.path))" : ""),
      "layers": try results.layers.map { layer in
        let shown = ReportPage.outstanding(layer.units, count: unitsPerLayer)
        return [
          "name": layer.name, "about": "\(UnitPage.about(layer)); \(shown.count) shown",
          "units": try shown.compactMap { unit -> [String: Any]? in
            let strip = "\(gallery.path)/\(UnitGallery.strip(layer.name, unit.unit))"
            guard !unit.isDead else {
              return UnitPage.card(unit, layer: layer.name, source: nil)
            }
            guard try POSIXFiles.posix.exists(strip) else { return nil }
            return UnitPage.card(
              unit, layer: layer.name, source: try pictures.source(file: strip))
          },
        ] as [String: Any]
      },
    ]
  }

  private func dissection(
    _ one: (name: String, comparison: DissectionComparison), _ pictures: ReportPictures
  ) throws -> [String: Any] {
    [
      "name": one.name, "explanation": DissectionComparison.explanation,
      "table": ReportPage.table(one.comparison.table),
      "figures": try [
        ("classes detected", one.comparison.figure), ("coverage", one.comparison.coverage),
      ].map { name, figure in
        ReportPage.figure(name, "", source: try pictures.source(figure))
      },
      "rankings": one.comparison.entries.map { entry in
        ["name": entry.name, "table": ReportPage.table(one.comparison.ranking(entry, count: 12))]
          as [String: Any]
      },
    ]
  }

  /// Where runs of one kind differ, and the settings of each.
  private func settings() -> [[String: Any]] {
    kinds().compactMap { kind in
      guard kind.runs.count > 1 else { return nil }
      let differences = FlatSettings.differences(kind.runs.map(\.settings))
      let common = ReportCurves.commonPrefix(kind.runs.map(\.name))
      var table = Table(
        ["setting"] + kind.runs.map { String($0.name.dropFirst(common.count)) },
        alignments: [.left] + kind.runs.map { _ in .left })
      for one in differences { table.add([one.key] + one.values.map { $0 ?? "" }) }
      return [
        "name": kind.name, "same": differences.isEmpty, "table": ReportPage.table(table),
      ]
    }
  }

  private func details(_ run: ReportRun) -> [String: Any] {
    [
      "name": run.name, "yaml": run.yaml,
      "environment": ReportPage.table(ReportPage.environment(run)),
      "notes": run.notes.map { ["step": "\($0.step)", "text": $0.text] },
      "has-notes": !run.notes.isEmpty,
    ]
  }
}
