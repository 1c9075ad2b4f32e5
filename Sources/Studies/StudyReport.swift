internal import Files
internal import Foundation
internal import Plots
internal import Runs
internal import Text

/// The report of a study: `report.md`, `summary.csv`, `runs.csv`, `trunks.csv`, `timings.csv` and
/// figures, in its folder `report`. The same runs give the same bytes, those of `timings.csv`
/// aside.
public struct StudyReport {
  private let results: StudyResults
  private let tables: ReportTables
  private let files: any FileSystem

  /// Reads the runs of a plan.
  public init(_ plan: StudyPlan, tools: StudyTools) throws {
    try OutputFolder.check(plan, files: tools.files)
    results = try StudyResults(plan, tools: tools)
    tables = ReportTables(results: results)
    files = tools.files
    guard results.rows.contains(where: { !$0.runs.isEmpty }) else {
      throw RunError(
        path: plan.output, problem: "holds no finished run of the study; pigment study run first")
    }
  }

  /// Writes the report and gives the path of its page; without `figures` none are drawn. What an
  /// earlier report left and this one has not is removed.
  public func write(figures: Bool = true) throws -> String {
    let folder = "\(results.plan.output)/report"
    try files.makeDirectory(folder)
    let named = figures ? ReportFigures(tables: tables).all : []
    var written: Set<String> = [
      "report.md", "summary.csv", "runs.csv", "trunks.csv", "timings.csv",
    ]
    if !named.isEmpty {
      let gnuplot = try Gnuplot()
      for one in named {
        for (suffix, format) in [("svg", FigureFormat.svg), ("png", .png())] {
          try gnuplot.draw(one.figure, to: "\(folder)/\(one.name).\(suffix)", as: format)
          written.insert("\(one.name).\(suffix)")
        }
      }
    }
    try AtomicFile.write(tables.summary.csv, to: "\(folder)/summary.csv", on: files)
    try AtomicFile.write(tables.runs.csv, to: "\(folder)/runs.csv", on: files)
    try AtomicFile.write(tables.trunks.csv, to: "\(folder)/trunks.csv", on: files)
    try AtomicFile.write(tables.timings.csv, to: "\(folder)/timings.csv", on: files)
    let page = "\(folder)/report.md"
    try AtomicFile.write(markdown(named.map { ($0.name, $0.caption) }), to: page, on: files)
    // Figures of tasks or regimes that are no longer there; what a reader put beside stays.
    let tasks = results.plan.study.tasks.map(\.name)
    let kinds = ["-scores.", "-differences.", "-labels", "-curve"]
    for name in try files.list(folder)
    where !written.contains(name)
      && tasks.contains(where: { task in kinds.contains { name.hasPrefix(task + $0) } })
    {
      try files.remove("\(folder)/\(name)")
    }
    return page
  }

  /// The page.
  func markdown(_ figures: [(name: String, caption: String)]) -> String {
    let (plan, study) = (results.plan, results.plan.study)
    var text = "# \(study.name)\(plan.scale.isEmpty ? "" : ", scale \(plan.scale)")\n\n"
    text += head.joined(separator: "\n") + "\n"
    for group in tables.groups {
      text += "\n## \(group.task.name), \(group.regime.title)\n\n"
      text += tables.markdown(group)
      let first = tables.groups.first { $0.task.name == group.task.name }!
      guard first.regime.name == group.regime.name else { continue }
      for basis in results.basis(ofTask: group.task.name) { text += "\n\(basis).\n" }
      if let published = tables.published(group) {
        text += "\nThe published order beside ours:\n\n" + published
      }
    }
    if !figures.isEmpty {
      text += "\n## Figures\n"
      for figure in figures { text += "\n![\(figure.caption)](\(figure.name).svg)\n" }
    }
    return text
  }

  private var head: [String] {
    let (plan, study) = (results.plan, results.plan.study)
    let counts = results.rows.map(\.runs.count)
    var lines = [
      "- Study version \(study.version), \(study.seeds) seeds; recipes are named, versioned and "
        + "hashed in the tables, and every number links to its run folders.",
      "- " + study.interval.reason(for: counts.max() ?? 0)
        + " They hold the scatter of seeds, not that of test pictures.",
      "- Differences are paired: runs of one seed share data order, augmentation, the pictures "
        + "learned from and the head's first weights; a pretrained start of seed k was itself "
        + "pretrained with seed k. All of a table share one baseline, so that its luck is in all "
        + "of them. A star marks intervals that leave zero out; they are not corrected for the "
        + "number of comparisons.",
    ]
    for name in plan.dataHashes.keys.sorted() {
      lines.append("- Data `\(name)`: content \(plan.dataHashes[name]!.prefix(12)).")
    }
    let shared = Set(
      results.rows.filter { $0.plan.pretrainingSeeds > 0 }
        .filter { $0.plan.pretrainingSeeds < study.seeds }.map {
          "\($0.plan.start) (\($0.plan.pretrainingSeeds))"
        })
    if !shared.isEmpty {
      lines.append(
        "- Fewer pretraining seeds than transfer seeds: "
          + shared.sorted().joined(separator: ", ") + ". "
          + "Their intervals lack some or all of the scatter of pretraining.")
    }
    let commits = Set(results.rows.flatMap(\.runs).map(\.result.commit)).sorted()
    lines.append("- Program: \(commits.joined(separator: ", ")).")
    let missing = results.rows.filter { $0.missing > 0 }
    if !missing.isEmpty {
      let count = missing.reduce(0) { $0 + $1.missing }
      lines.append(
        "- **Not complete:** \(count) of \(plan.rows.reduce(0) { $0 + $1.steps.count }) runs are "
          + "missing; `pigment study run` goes on.")
    }
    return lines
  }
}
