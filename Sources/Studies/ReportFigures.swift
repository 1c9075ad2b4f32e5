internal import Plots
internal import Statistics

/// The figures of a study's report.
struct ReportFigures {
  /// A figure, the name of its files, and what it shows.
  typealias Named = (name: String, caption: String, figure: Figure)

  let tables: ReportTables
  private var study: StudyFile { tables.results.plan.study }

  /// Scores by start, differences to the baseline, and scores against the share of labels, task by
  /// task; tasks without runs have none.
  var all: [Named] {
    let groups = tables.groups
    var seen: [String] = []
    for group in groups where !seen.contains(group.task.name) { seen.append(group.task.name) }
    return seen.flatMap { name -> [Named] in
      let own = groups.filter { $0.task.name == name }
      return own.compactMap { curve(name, $0) }
        + [scores(name, own), differences(name, own)].compactMap { $0 }
        + Self.ladders(own).map { labels(name, $0) }
    }
  }

  /// A line for each learner over the images that its trunks saw; starts without a trunk are
  /// levels. Nil where no learner has two points.
  private func curve(_ task: String, _ group: ReportTables.Group) -> Named? {
    let rows = group.rows.filter { $0.mean != nil }
    var learners: [String] = []
    for row in rows where !row.plan.learner.isEmpty && !learners.contains(row.plan.learner) {
      learners.append(row.plan.learner)
    }
    let series = learners.map { learner in
      // Other exports of the same trunks are no points of this line.
      let own = rows.filter { $0.plan.learner == learner && !isVariant($0.plan.start) }
        .sorted { $0.plan.pretraining.images < $1.plan.pretraining.images }
      return LineChart.Series(
        learner, own.map { (x: Double($0.plan.pretraining.images), y: $0.mean!) },
        hasMarkers: true)
    }.filter { !$0.points.isEmpty }
    guard series.contains(where: { $0.points.count > 1 }) else { return nil }
    let noise = rows.filter { $0.plan.learner.isEmpty }.map { row in
      Level(row.plan.start, row.mean!.mean)
    }
    let seen = series.flatMap(\.points).map(\.x)
    let measure = rows.first { !$0.measure.isEmpty }?.measure ?? "score"
    return (
      "\(task)-curve-\(group.regime.name)",
      "\(task), \(group.regime.title): mean over seeds with its 95 % interval, against the images "
        + "seen in pretraining; dashed: starts that saw none",
      Figure(
        .lines(
          LineChart(
            x: Axis(
              "images seen", scale: .logarithmic, range: seen.min()! * 0.8...seen.max()! * 1.25),
            y: Axis("\(measure) (%)"), series: series, levels: noise)),
        title: "\(task), \(group.regime.title)", height: 340)
    )
  }

  private func isVariant(_ start: String) -> Bool {
    study.trunks.contains { $0.starts.dropFirst().contains(start) }
  }

  /// Dots for each start, a series for each regime.
  private func scores(_ task: String, _ groups: [ReportTables.Group]) -> Named? {
    dots(
      task, groups, starts: study.starts, axis: " (%)", name: "\(task)-scores",
      caption: "\(task): mean over seeds with its 95 % interval",
      level: groups.lazy.flatMap(\.rows).compactMap(\.chance).first.map { Level("chance", $0) }
    ) { $0.mean }
  }

  /// The same for differences; the baseline stands at zero and is left out.
  private func differences(_ task: String, _ groups: [ReportTables.Group]) -> Named? {
    dots(
      task, groups, starts: study.starts.filter { $0 != study.baseline },
      axis: " minus \(study.baseline) (points)", name: "\(task)-differences",
      caption: "\(task): paired difference to \(study.baseline) with its 95 % interval",
      level: Level("", 0)
    ) { $0.difference }
  }

  private func dots(
    _ task: String, _ groups: [ReportTables.Group], starts: [String], axis: String, name: String,
    caption: String, level: Level?, value: (StudyResults.Row) -> Interval?
  ) -> Named? {
    let series = groups.compactMap { group -> GroupedChart.Series? in
      let values = starts.map { start in
        group.rows.first { $0.plan.start == start }.flatMap(value)
      }
      return values.contains { $0 != nil }
        ? .init(groups.count > 1 ? group.regime.title : "", values) : nil
    }
    guard let measure = groups.lazy.flatMap(\.rows).map(\.measure).first(where: { !$0.isEmpty }),
      !series.isEmpty
    else { return nil }
    var chart = GroupedChart(
      categories: starts, axis: Axis("\(measure)\(axis)"), series: series,
      orientation: .sideways)
    chart.level = level
    let height = 90 + starts.count * max(30, 14 * series.count)
    return (name, caption, Figure(.groups(chart), title: task, height: height))
  }

  /// Groups that differ in the share of labels alone, by rising share; at least two.
  static func ladders(_ groups: [ReportTables.Group]) -> [[ReportTables.Group]] {
    var ladders: [[ReportTables.Group]] = []
    for group in groups where group.rows.contains(where: { $0.mean != nil }) {
      if let index = ladders.firstIndex(where: {
        $0[0].regime.settings == group.regime.settings
      }) {
        ladders[index].append(group)
      } else {
        ladders.append([group])
      }
    }
    return ladders.map { $0.sorted { $0.regime.fraction < $1.regime.fraction } }
      .filter { Set($0.map(\.regime.fraction)).count > 1 }
  }

  /// A line for each start over the share of labels.
  private func labels(_ task: String, _ ladder: [ReportTables.Group]) -> Named {
    let shares = ladder.map { 100 * $0.regime.fraction }
    let series = study.starts.compactMap { start -> LineChart.Series? in
      // Points a little apart, so that intervals can be told from each other.
      let rank = Double(study.starts.firstIndex(of: start)!) - Double(study.starts.count - 1) / 2
      let points = ladder.enumerated().compactMap { index, group in
        group.rows.first { $0.plan.start == start }?.mean.map {
          (x: shares[index] * (1 + 0.03 * rank), y: $0)
        }
      }
      let isBaseline = start == study.baseline
      // There are seven colors; the second seven lines are dashed.
      let isLate = study.starts.firstIndex(of: start)! > 7
      return points.isEmpty
        ? nil
        : .init(
          start, points, color: isBaseline ? .gray : nil, isDashed: isBaseline || isLate,
          hasMarkers: true)
    }
    let measure = ladder.lazy.flatMap(\.rows).map(\.measure).first { !$0.isEmpty } ?? "score"
    let chance = ladder.lazy.flatMap(\.rows).compactMap(\.chance).first
    var chart = LineChart(
      x: Axis(
        "labels (%)", scale: .logarithmic, range: shares.min()! * 0.75...shares.max()! * 1.3),
      y: Axis("\(measure) (%)"), series: series,
      levels: chance.map { [.init("chance", $0)] } ?? [])
    chart.hasErrorBars = true
    let which = ladder.first!.regime.name
    return (
      "\(task)-labels-\(which)",
      "\(task): mean over seeds with its 95 % interval, against the share of labels that is "
        + "learned from",
      Figure(.lines(chart), title: task, height: 340)
    )
  }
}
