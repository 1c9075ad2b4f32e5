internal import Randomness
internal import Statistics
internal import Text

/// The tables of a study's report.
struct ReportTables {
  let results: StudyResults
  private var plan: StudyPlan { results.plan }

  /// Rows of one task in one regime, in the order of the starts.
  typealias Group = (task: StudyTask, regime: StudyRegime, rows: [StudyResults.Row])

  var groups: [Group] {
    var groups: [Group] = []
    for row in results.rows {
      if let last = groups.last, last.task.name == row.plan.task.name,
        last.regime.name == row.plan.regime.name
      {
        groups[groups.count - 1].rows.append(row)
      } else {
        groups.append((row.plan.task, row.plan.regime, [row]))
      }
    }
    return groups
  }

  /// One table: mean with its interval, the difference to the baseline, and links to the runs.
  func markdown(_ group: Group) -> String {
    let measure = group.rows.map(\.measure).first { !$0.isEmpty } ?? "score"
    var table = Table(
      ["start", "seeds", "\(measure), %", "minus \(plan.study.baseline)", "recipe", "runs"],
      alignments: [.left, .right, .right, .right, .left, .left])
    for row in group.rows {
      let seeds =
        row.missing == 0 ? "\(row.runs.count)" : "\(row.runs.count) of \(row.plan.steps.count)"
      // Runs that are known by their rows have no folder here.
      let links = row.runs.map { run in
        plan.study.rows.isEmpty
          ? "[\(run.step.seed)](../\(run.step.id))" : "\(run.step.seed)"
      }
      table.add([
        row.plan.start, seeds, row.mean?.formatted(digits: 1) ?? "–",
        row.difference.map(Self.difference) ?? "", row.plan.recipe.description,
        links.joined(separator: " "),
      ])
    }
    if let chance = group.rows.lazy.compactMap(\.chance).first {
      table.add(["chance", "", Table.number(chance, digits: 1), "", "", ""])
    }
    return table.markdown
  }

  /// A difference, with a star where its interval leaves zero out.
  private static func difference(_ interval: Interval) -> String {
    interval.formatted(digits: 1) + (interval.excludesZero ? " *" : "")
  }

  /// Our order of starts beside the published one; nil where nothing is published.
  func published(_ group: Group) -> String? {
    let scores = group.task.published.scores
    let known = group.rows.filter { scores[$0.plan.start] != nil && $0.mean != nil }
    guard known.count > 1 else { return nil }
    func places(_ value: (StudyResults.Row) -> Double) -> [String: Int] {
      Dictionary(
        uniqueKeysWithValues: known.map { row in
          (row.plan.start, 1 + known.count { value($0) > value(row) })
        })
    }
    let theirs = places { scores[$0.plan.start]! }
    let ours = places { $0.mean!.mean }
    var table = Table(["start", "published, %", "ours, %", "place published", "place here"])
    for row in known.sorted(by: { theirs[$0.plan.start]! < theirs[$1.plan.start]! }) {
      let start = row.plan.start
      table.add([
        start, Table.number(scores[start]!, digits: 1), row.mean!.formatted(digits: 1),
        "\(theirs[start]!)", "\(ours[start]!)",
      ])
    }
    var (same, pairs) = (0, 0)
    for (index, a) in known.enumerated() {
      for b in known[..<index] {
        let published = scores[a.plan.start]! - scores[b.plan.start]!
        guard published != 0 else { continue }
        pairs += 1
        if published * (a.mean!.mean - b.mean!.mean) > 0 { same += 1 }
      }
    }
    return table.markdown
      + "\nOf \(pairs) pairs of starts, \(same) are in the published order "
      + "(\(group.task.published.source)); scatter counts as order here, so see the intervals.\n"
  }

  /// One line for each row, with both kinds of interval.
  var summary: Table {
    var table = Table([
      "task", "regime", "fraction", "start", "measure", "seeds", "planned", "pretraining seeds",
      "mean", "low", "high", "interval", "student low", "student high", "bootstrap low",
      "bootstrap high", "difference", "difference low", "difference high", "paired seeds", "chance",
      "train pictures", "test pictures", "recipe", "version", "hash", "learner", "images seen",
    ])
    for row in results.rows {
      let (plan, values) = (row.plan, row.runs.map(\.score))
      let student = values.isEmpty ? nil : Interval.student(values)
      let bootstrap =
        values.isEmpty
        ? nil : Interval.bootstrap(values, key: StudyResults.key(plan, "mean"))
      let rule = row.mean?.isRange == true ? "range" : self.plan.study.interval.chosen.rawValue
      table.add(
        [
          plan.task.name, plan.regime.name, Self.exact(plan.regime.fraction), plan.start,
          row.measure,
          "\(values.count)", "\(plan.steps.count)", "\(plan.pretrainingSeeds)",
        ] + Self.cells(row.mean) + [values.isEmpty ? "" : rule]
          + Self.cells(student).dropFirst() + Self.cells(bootstrap).dropFirst()
          + Self.cells(row.difference) + [row.difference.map { "\($0.count)" } ?? ""]
          + [
            row.chance.map(Self.number) ?? "",
            row.runs.first.map { "\($0.result.trainPictures)" } ?? "",
            row.runs.first.map { "\($0.result.testPictures)" } ?? "",
            plan.recipe.name, "\(plan.recipe.version)", plan.recipe.hash, plan.learner,
            "\(plan.pretraining.images)",
          ])
    }
    return table
  }

  /// One line for each measure of each run.
  var runs: Table {
    var table = Table([
      "task", "regime", "start", "seed", "pretraining seed", "measure", "score", "chance", "run",
      "recipe", "version", "hash", "data", "program", "learner", "images seen",
      "images of the task", "multiply-adds", "rate",
    ])
    for row in results.rows {
      for run in row.runs {
        var measures = run.result.measures
        if !row.plan.task.classes.isEmpty { measures.append(.init(row.measure, run.score / 100)) }
        for measure in measures {
          table.add([
            row.plan.task.name, row.plan.regime.name, row.plan.start, "\(run.step.seed)",
            run.step.pretrainingSeed.map { "\($0)" } ?? "", measure.name,
            Self.number(100 * measure.value), measure.chance.map { Self.number(100 * $0) } ?? "",
            run.step.id, row.plan.recipe.name, "\(row.plan.recipe.version)", row.plan.recipe.hash,
            run.result.dataHash, run.result.commit, row.plan.learner,
            "\(row.plan.pretraining.images)", "\(row.plan.work.images)",
            Self.whole(row.plan.pretraining.multiplyAdds + row.plan.work.multiplyAdds),
            run.rate.map { "\($0)" } ?? "",
          ])
        }
      }
    }
    return table
  }

  /// One line for each number of the last evaluation of each trunk that was trained, trials among
  /// them.
  var trunks: Table {
    var table = Table([
      "step", "seed", "images seen", "multiply-adds", "rate", "number", "value", "recipe", "hash",
    ])
    for trunk in results.trunks {
      for (name, value) in trunk.metrics.sorted(by: { $0.key < $1.key }) {
        table.add([
          trunk.step.id, "\(trunk.step.seed)", "\(trunk.step.effort.images)",
          Self.whole(trunk.step.effort.multiplyAdds), trunk.rate.map { "\($0)" } ?? "", name,
          Table.number(value, digits: 6), trunk.step.recipe.name, trunk.step.recipe.hash,
        ])
      }
    }
    return table
  }

  /// How long steps took: the one table that differs between equal runs.
  var timings: Table {
    var table = Table([
      "step", "seconds", "images", "images per second", "multiply-adds per second", "device",
      "threads", "program",
    ])
    for (step, time) in results.timings {
      func rate(_ value: Double) -> String {
        time.seconds > 0 && value > 0 ? Table.number(value / time.seconds, digits: 1) : ""
      }
      table.add([
        step.id, Table.number(time.seconds, digits: 1), "\(step.effort.images)",
        rate(Double(step.effort.images)), rate(step.effort.multiplyAdds), time.device,
        "\(time.threads)", time.program,
      ])
    }
    return table
  }

  private static func whole(_ value: Double) -> String { Table.number(value, digits: 0) }

  private static func cells(_ interval: Interval?) -> [String] {
    interval.map { [$0.mean, $0.low, $0.high].map(number) } ?? ["", "", ""]
  }

  private static func number(_ value: Double) -> String { Table.number(value, digits: 4) }

  /// The shortest text of a number, without an empty fraction.
  static func exact(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
