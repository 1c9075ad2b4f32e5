internal import Plots
internal import Training

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
    var table = Table(["start", "seeds"] + measures.map(ReportText.words))
    for group in groups {
      table.add(
        [group.name, "\(group.outcomes.count)"]
          + measures.map { measure in
            let values = values(measure, group.outcomes)
            return values.isEmpty ? "" : Training.Interval.student(values).formatted(digits: 4)
          })
    }
    return table
  }

  /// A figure for each measure in which starts differ.
  var figures: [(name: String, figure: Figure)] {
    measures.compactMap { measure in
      let all = groups.map { values(measure, $0.outcomes) }
      guard groups.count > 1, Set(all.joined()).count > 1, all.allSatisfy({ !$0.isEmpty }) else {
        return nil
      }
      let chart = GroupedChart(
        categories: groups.map(\.name), axis: Axis(ReportText.words(measure)),
        series: [.init("", all.map { Plots.Interval(meanOf: $0, .confidence95) })],
        orientation: .sideways)
      return (measure, Figure(.groups(chart), width: 520, height: 90 + 30 * groups.count))
    }
  }

  /// For each number that classes have, a table of classes by starts: means over seeds.
  var classTables: [(name: String, table: Table)] {
    let outcomes = groups.flatMap(\.outcomes)
    let fields = Set(outcomes.flatMap { $0.classes.flatMap(\.values.keys) }).sorted()
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
              let isWhole = values.allSatisfy { $0 == $0.rounded() && abs($0) >= 2 }
              return Table.number(values.mean, digits: isWhole ? 0 : 4)
            })
      }
      return (ReportText.words(field), table)
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
          .init(group.name, curve.points.map { ($0.recall, Plots.Interval($0.precision)) })
        }
      }
      let chart = LineChart(
        x: Axis("recall", range: 0...1), y: Axis("precision", range: 0...1), series: series)
      return (name, Figure(.lines(chart), title: name, width: 360, height: 260))
    }
  }
}

/// Names of numbers in files, as people read them.
enum ReportText {
  /// `mapElevenPoints` as `map eleven points`.
  static func words(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      if character.isUppercase, let last = text.last, last.isLowercase || last.isNumber {
        text += " " + character.lowercased()
      } else {
        text.append(character)
      }
    }
  }

  /// Letters, digits and dashes, for the address of a part of the page.
  static func anchor(_ name: String) -> String {
    String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }
}
