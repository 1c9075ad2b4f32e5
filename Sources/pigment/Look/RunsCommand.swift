internal import ArgumentParser
internal import Foundation
internal import Processes
internal import Runs
internal import Text

/// `pigment runs`: find one's way among run folders.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List, look at and compare training runs, by their folders.",
    subcommands: [ListRuns.self, ShowRun.self, CompareSettings.self, BestRuns.self, PruneRuns.self])
}

/// `pigment runs list`: every run below a folder.
struct ListRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs in a folder, at any depth.")

  @Argument(help: "The folder.") var folder = "runs"
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let runs = try RunSummary.all(in: folder)
    var table = Table(
      ["run", "task", "start", "state", "loss", "checkpoints", "size", "began"],
      alignments: [.left, .left, .left, .left, .right, .right, .right, .left])
    for run in runs {
      table.add([
        run.path, run.task, run.start ?? "", run.state,
        run.loss.map { Table.number($0, digits: 4) } ?? "", "\(run.checkpoints.count)",
        Table.size(run.bytes), run.started,
      ])
    }
    let size = Table.size(runs.reduce(0) { $0 + $1.bytes })
    Output.show(table.report("runs", words: "\(table)\(runs.count.counted("run")), \(size)"))
  }
}

/// `pigment runs show`: one run.
struct ShowRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Say what a run learned, how far it came, and what it measured.")

  @Argument(help: "The folder of the run.") var folder: String
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    let run = try RunSummary(folder)
    Output.show(.init(.run, run.page, run.facts))
  }
}

/// `pigment runs best`: runs in the order of a metric.
struct BestRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "best", abstract: "Rank the runs in a folder by the best value of a metric.")

  @Argument(help: "The metric, such as validation/mAP (pigment runs show names them).")
  var metric: String
  @Argument(help: "The folder.") var folder = "runs"
  @Flag(help: "Small values are good, as of losses.") var lowest = false
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    if !metric.contains("validation/"), FileManager.default.fileExists(atPath: metric) {
      throw ValidationError(
        "'\(metric)' is a folder; the metric comes first, such as "
          + "pigment runs best validation/mAP \(metric)")
    }
    let runs = try RunSummary.all(in: folder)
    let ranked = runs.compactMap { run in
      run.best(metric, lowest: lowest).map { (run: run, best: $0) }
    }.sorted { lowest ? $0.best.value < $1.best.value : $0.best.value > $1.best.value }
    guard !ranked.isEmpty else {
      let known = Set(runs.flatMap { $0.evaluations.flatMap(\.metrics.keys) }).sorted()
      guard !known.isEmpty else {
        throw RunError(
          path: folder, problem: "none of the \(runs.count) runs has an evaluation yet")
      }
      throw UnknownName("metric", metric, known: known)
    }
    var table = Table(
      [metric, "after step", "state", "run"], alignments: [.right, .right, .left, .left])
    for (run, best) in ranked {
      table.add([Table.number(best.value, digits: 4), "\(best.step)", run.state, run.path])
    }
    Output.show(table.report("best runs", words: String("\(table)".dropLast())))
  }
}

/// `pigment runs prune`: remove what finished runs no longer need.
struct PruneRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove the older checkpoints of finished runs; the newest and the best ones stay.",
    discussion: "Says what would be removed; --force removes it.")

  @Argument(help: "The folder.") var folder = "runs"
  @Flag(help: "Remove it.") var force = false
  @OptionGroup var console: ConsoleOptions

  func run() throws {
    var files: [String] = []
    for run in try RunSummary.all(in: folder) where run.isFinished {
      files += run.checkpoints.dropLast().map { "\(run.path)/checkpoints/step-\($0).ckpt" }
    }
    var bytes = 0
    for file in files {
      let size = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
      bytes += size
      if force { try FileManager.default.removeItem(atPath: file) }
      Output.show(.init(.description, file, ["path": file, "bytes": size, "isRemoved": force]))
    }
    let what = "\(files.count.counted("checkpoint")), \(Table.size(bytes))"
    Output.show(
      .init(
        .description, force ? "removed \(what)" : "\(what), would be removed; --force removes them",
        ["checkpoints": files.count, "bytes": bytes, "isRemoved": force]))
  }
}

extension RunSummary {
  /// The runs in a folder; an error where there is none.
  fileprivate static func all(in folder: String) throws -> [RunSummary] {
    let folders = try folders(in: folder)
    guard !folders.isEmpty else {
      throw RunError(
        path: folder, problem: "holds no run: no folder in it has a configuration.yaml")
    }
    return try folders.map { try RunSummary($0) }
  }

  /// All there is to say, as text.
  var page: String {
    var lines = [
      "run       \(path)", "task      \(task)" + (start.map { " from \($0)" } ?? ""),
      "began     \(started)", "state     \(state)",
    ]
    if let loss { lines.append("loss      \(Table.number(loss, digits: 4)) at the last record") }
    lines.append(
      "size      \(Table.size(bytes)), checkpoints of steps "
        + (checkpoints.isEmpty ? "none" : checkpoints.map(String.init).joined(separator: ", ")))
    let names = Set(evaluations.flatMap(\.metrics.keys)).sorted()
    if let last = evaluations.last {
      var table = Table(["metric", "after \(last.step)", "smallest", "at", "largest", "at"])
      func cells(_ lowest: Bool, _ name: String) -> [String] {
        best(name, lowest: lowest).map { [Table.number($0.value, digits: 4), "\($0.step)"] }
          ?? ["", ""]
      }
      for name in names {
        table.add(
          [name, last.metrics[name].map { Table.number($0, digits: 4) } ?? ""]
            + cells(true, name) + cells(false, name))
      }
      lines += ["", String("\(table)".dropLast())]
    }
    if !notes.isEmpty { lines += [""] + notes.map { "after step \($0.step): \($0.text)" } }
    return lines.joined(separator: "\n")
  }
}
