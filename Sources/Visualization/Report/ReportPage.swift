internal import Runs
internal import Statistics
internal import Text

/// What is read becomes what the templates of a page want.
enum ReportPage {
  /// A table as headings and rows of cells, each with its side.
  static func table(_ table: Table) -> [String: Any] {
    func cells(_ row: [String]) -> [[String: Any]] {
      zip(row, table.alignments).map { text, side in
        ["text": text, "side": side == .right ? "right" : "left"]
      }
    }
    return [
      "headings": cells(table.headings), "rows": table.rows.map { ["cells": cells($0)] },
    ]
  }

  /// A figure under its name; an empty caption is left out.
  static func figure(_ name: String, _ caption: String, source: String) -> [String: String] {
    var figure = ["name": name, "source": source]
    if !caption.isEmpty { figure["caption"] = caption }
    return figure
  }

  /// A row a run: how far it came, and what it came to.
  static func overview(_ runs: [ReportRun]) -> Table {
    var table = Table(
      ["run", "steps", "last loss", "images/s", "data wait, %", "state"],
      alignments: [.left, .right, .right, .right, .right, .left])
    let common = ReportCurves.commonPrefix(runs.map(\.name))
    for run in runs {
      let last = run.steps.last
      let speeds = run.steps.dropFirst().map(\.imagesPerSecond)
      table.add([
        String(run.name.dropFirst(common.count)), last.map { "\($0.step)" } ?? "0",
        last.map { Table.number($0.loss, digits: 4) } ?? "",
        speeds.isEmpty ? "" : Table.number(speeds.mean, digits: 1),
        run.steps.isEmpty ? "" : Table.number(100 * run.steps.map(\.dataWait).mean, digits: 0),
        "\(run.standing)",
      ])
    }
    return table
  }

  /// What a run was made with.
  static func environment(_ run: ReportRun) -> Table {
    var table = Table(["", ""], alignments: [.left, .left])
    guard let found = run.environment else { return table }
    let commit = found.gitCommit.map {
      "\($0.prefix(12))\(found.gitDirty == true ? ", changed" : "")"
    }
    for (name, value) in [
      ("started", found.started), ("command", found.command.joined(separator: " ")),
      ("pigment", found.pigment), ("commit", commit ?? "outside a repository"),
      ("swift", found.swift), ("system", found.system), ("host", found.host),
      ("processor", "\(found.processor), \(found.cores) cores, \(found.threads) threads"),
      ("device", found.device),
      (
        "libraries",
        found.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
          .joined(separator: ", ")
      ),
      ("data", String(found.dataHash.prefix(16))), ("seed", "\(found.seed)"),
    ] where !value.isEmpty {
      table.add([name, value])
    }
    return table
  }

  /// The units that stand out most: first those whose photographs share a class, by how far above
  /// chance, then the others by number, dead ones last; they are shown by number.
  static func outstanding(_ units: [UnitResults.Unit], count: Int) -> [UnitResults.Unit] {
    units.sorted { a, b in
      let merits = (UnitWords.merit(a), UnitWords.merit(b))
      return merits.0 == merits.1 ? a.unit < b.unit : merits.0 > merits.1
    }.prefix(count).sorted { $0.unit < $1.unit }
  }
}
