internal import Files
internal import Foundation
internal import Runs
internal import Text

/// The pages of the studio: what lies in folders of runs, read anew for each page, never changed.
public struct StudioPages: Sendable {
  /// The folder that is looked through.
  public let folder: String

  /// The pages of a folder.
  public init(_ folder: String) { self.folder = folder }

  /// The style of all pages.
  public static var style: String { ReportTemplate.style + ReportTemplate.studioStyle }

  /// The script of all pages: that of the report, and what only a server can do.
  public static var script: String { ReportTemplate.script + ReportTemplate.studio }

  /// Every run by the folder it lies in, and every look at units.
  public func runs() -> String {
    let found = StudioFinder(folder)
    var folders: [(name: String, runs: [[String: Any]])] = []
    var problems: [String] = []
    for entry in found.runs {
      let run: RunSummary
      do { run = try RunSummary(entry.path) } catch {
        problems.append("\(error)")
        continue
      }
      // Not by NSString, which ends the program where a name has one letter.
      let place = entry.name.contains("/") ? Files.folder(of: entry.name) : ""
      if folders.last?.name != place { folders.append((place, [])) }
      folders[folders.count - 1].runs.append([
        "id": entry.id,
        "name": entry.name.split(separator: "/").last.map(String.init) ?? entry.name,
        "task": run.task + (run.start.map { " from \($0)" } ?? ""), "state": run.state,
        "loss": run.loss.map { Table.number($0, digits: 4) } ?? "", "began": run.started,
      ])
    }
    func links(_ entries: [StudioFinder.Entry]) -> [[String: String]] {
      entries.map { ["id": $0.id, "name": $0.name] }
    }
    return ReportTemplate.render(
      "studio", by: "studio", for: .server,
      [
        "title": "Pigment studio",
        "about": "Folder \(folder): runs \(found.runs.count), looks at units \(found.looks.count)",
        "folders": folders.map { place in
          var section: [String: Any] = ["name": place.name, "runs": place.runs]
          let isRoot = place.name.isEmpty
          if isRoot { section["name"] = "Runs" }
          section["all"] =
            found.families.first { isRoot ? $0.path == folder : $0.name == place.name }?.id
          return section
        }, "has-runs": found.runs.count > 1,
        "looks": links(found.looks), "has-looks": !found.looks.isEmpty, "problems": problems,
        "has-problems": !problems.isEmpty, "empty": found.runs.isEmpty && found.looks.isEmpty,
      ])
  }

  /// One run: curves, pictures over time, results, settings; nil where there is none.
  public func run(_ id: String) throws -> String? {
    guard let entry = try StudioFinder.entry(id, among: StudioFinder(folder).runs) else {
      return nil
    }
    var report = try Report(of: [entry.path])
    report.title = entry.name
    let isLive = try !RunSummary(entry.path).isFinished
    return try report.page(for: .server, live: isLive ? id : nil).html
  }

  /// Two runs beside each other; nil where one is missing.
  public func comparison(_ first: String, _ second: String) throws -> String? {
    let runs = StudioFinder(folder).runs
    let entries = try [first, second].compactMap { try StudioFinder.entry($0, among: runs) }
    guard entries.count == 2, first != second else { return nil }
    var report = try Report(of: entries.map(\.path))
    report.title = entries.map(\.name).joined(separator: " and ")
    return try report.page(for: .server).html
  }

  /// All runs of a folder together: results with intervals over seeds; nil where there is none.
  public func family(_ id: String) throws -> String? {
    guard let entry = try StudioFinder.entry(id, among: StudioFinder(folder).families) else {
      return nil
    }
    var report = try Report(of: [entry.path])
    report.title = entry.name
    return try report.page(for: .server).html
  }

  /// How far a run has come: the bytes of its journal and of its result; nil where there is none.
  public func stamp(_ id: String) throws -> String? {
    guard let entry = StudioFinder(folder).runs.first(where: { $0.id == id }) else { return nil }
    return try ["journal.jsonl", "evaluation.json"].map { name in
      let path = "\(entry.path)/\(name)"
      return try POSIXFiles.posix.exists(path) ? "\(POSIXFiles.posix.size(path))" : "0"
    }.joined(separator: " ")
  }

  /// All units of a look, to browse and search; nil where there is none.
  public func units(_ id: String) throws -> String? {
    guard let entry = try StudioFinder.entry(id, among: StudioFinder(folder).looks) else {
      return nil
    }
    let results = try UnitGallery.results(in: entry.path)
    // By number: a layer may have any name.
    return UnitPage.html(results, side: nil, border: true, for: .server) { layer, unit in
      "/strip/\(id)/\(results.layers.firstIndex { $0.name == layer } ?? 0)/\(unit)"
    }
  }

  /// The folder of a look, and the name of a unit's strip in it, of the layer of this number; nil
  /// where there is none.
  public func strip(_ id: String, layer: Int, unit: Int) throws -> (folder: String, name: String)? {
    guard let entry = StudioFinder(folder).looks.first(where: { $0.id == id }) else { return nil }
    let layers = try UnitGallery.results(in: entry.path).layers
    guard layers.indices.contains(layer) else { return nil }
    return (entry.path, UnitGallery.strip(layers[layer].name, unit))
  }
}
