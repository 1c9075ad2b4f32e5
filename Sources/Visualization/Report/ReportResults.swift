internal import Plots
internal import Statistics
internal import Text

/// What runs of one kind came to: tables with intervals over seeds, and figures.
struct ReportResults {
  /// Starts in the order they were found, each with the outcomes of its seeds.
  let groups: [(name: String, outcomes: [RunOutcomeRecord])]

  init(_ runs: [ReportRun]) {
    var groups: [(name: String, outcomes: [RunOutcomeRecord])] = []
    let common = ReportCurves.commonPrefix(runs.map(\.group))
    for run in runs {
      guard let outcome = run.outcome else { continue }
      let name = String(run.group.dropFirst(common.count))
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].outcomes.append(outcome)
      } else {
        groups.append((name, [outcome]))
      }
    }
    self.groups = groups
  }

  /// The measures that any run has, in order.
  var measures: [String] {
    var names: [String] = []
    for group in groups {
      for outcome in group.outcomes {
        for measure in outcome.measures where !names.contains(measure.name) {
          names.append(measure.name)
        }
      }
    }
    return names
  }

  private func values(_ measure: String, _ outcomes: [RunOutcomeRecord]) -> [Double] {
    outcomes.compactMap { outcome in outcome.measures.first { $0.name == measure }?.value }
      .filter(\.isFinite)
  }

  /// A row a start, a column a measure: mean and 95 % interval (Student's t over seeds).
  var table: Table {
    let shown = measures.map(ReportText.measure)
    var table = Table(["start", "seeds"] + shown.map(\.label))
    for group in groups {
      table.add(
        [group.name, "\(group.outcomes.count)"]
          + zip(measures, shown).map { $1.text(values($0, group.outcomes)) })
    }
    return table
  }

  /// A figure for each measure in which starts differ; one for all layers that were probed.
  var figures: [(name: String, figure: Figure)] {
    measures.filter { !$0.hasPrefix("probe ") }.compactMap { measure in
      let all = groups.map { values(measure, $0.outcomes) }
      guard groups.count > 1, Set(all.joined()).count > 1, all.allSatisfy({ !$0.isEmpty }) else {
        return nil
      }
      let shown = ReportText.measure(measure)
      let chart = GroupedChart(
        categories: groups.map(\.name), axis: Axis(shown.label),
        series: [.init("", all.map { Interval(meanOf: $0.map(shown.shown), .confidence95) })],
        orientation: .sideways)
      return (shown.title, Figure(.groups(chart), width: 520, height: 90 + 30 * groups.count))
    } + probes
  }

  /// What each method found in each layer, start beside start.
  private var probes: [(name: String, figure: Figure)] {
    let names = measures.filter { $0.hasPrefix("probe ") }.map { name in
      (measure: name, words: name.split(separator: " "))
    }
    var methods: [String] = []
    for name in names {
      let method = name.words.dropFirst().dropLast().joined(separator: " ")
      if !methods.contains(method) { methods.append(method) }
    }
    return methods.map { method in
      let mine = names.filter { $0.words.dropFirst().dropLast().joined(separator: " ") == method }
      let series = groups.prefix(7).map { group in
        GroupedChart.Series(
          group.name,
          mine.map { one in
            let found = values(one.measure, group.outcomes).map { 100 * $0 }
            return found.isEmpty ? nil : Interval(meanOf: found, .confidence95)
          })
      }
      let chart = GroupedChart(
        categories: mine.map { String($0.words.last!) }, axis: Axis("average precision, area (%)"),
        series: series)
      return ("\(method) probes", Figure(.groups(chart), width: 560, height: 300))
    }
  }

  /// For each number that classes have, a table of classes by starts: means over seeds.
  var classTables: [(name: String, table: Table)] {
    let outcomes = groups.flatMap(\.outcomes)
    let fields = Set(outcomes.flatMap { $0.classes.flatMap(\.values.keys) }).sorted()
    let counts = Set(fields.filter { !ReportText.measure($0).isShare })
    var names: [String] = []
    for outcome in outcomes {
      for one in outcome.classes where !names.contains(one.name) { names.append(one.name) }
    }
    return fields.map { field in
      var table = Table(["class"] + groups.map(\.name))
      for name in names {
        table.add(
          [name]
            + groups.map { group in
              let values = group.outcomes.compactMap { outcome in
                outcome.classes.first { $0.name == name }?.values[field]
              }
              guard !values.isEmpty else { return "" }
              return Table.number(
                ReportText.measure(field).shown(values.mean),
                digits: counts.contains(field) && values.allSatisfy { $0 == $0.rounded() } ? 0 : 1)
            })
      }
      return (ReportText.measure(field).label, table)
    }
  }

  /// Precision over recall of the first seed of each start, for each class that has it.
  var precisionRecall: [(name: String, figure: Figure)] {
    var names: [String] = []
    for group in groups {
      for curve in group.outcomes.first?.curves ?? [] where !names.contains(curve.name) {
        names.append(curve.name)
      }
    }
    return names.map { name in
      let series = groups.prefix(7).compactMap { group -> LineChart.Series? in
        let curve = group.outcomes.first?.curves.first { $0.name == name }
        return curve.map { curve in
          .init(group.name, curve.points.map { ($0.recall, Interval($0.precision)) })
        }
      }
      let chart = LineChart(
        x: Axis("recall", range: 0...1), y: Axis("precision", range: 0...1), series: series)
      return (name, Figure(.lines(chart), width: 400, height: 260))
    }
  }
}
