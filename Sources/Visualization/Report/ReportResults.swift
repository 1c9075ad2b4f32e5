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

  /// The measure that says what chance comes to for another; `chance` is that of the first.
  static func chance(of measure: String) -> String? {
    let prefix = "training "
    if measure.hasPrefix(prefix) {
      return chance(of: String(measure.dropFirst(prefix.count))).map { prefix + $0 }
    }
    return switch measure {
    case "mapArea", "area", "accuracy", "meanOverlap": "chance"
    case "mapElevenPoints", "elevenPoints": "chanceElevenPoints"
    case "pixelAccuracy": "commonest"
    default: nil
    }
  }

  /// What chance comes to for a measure, where all runs say the same.
  private func chance(_ measure: String) -> Double? {
    guard let name = Self.chance(of: measure) else { return nil }
    let found = Set(groups.flatMap { values(name, $0.outcomes) })
    return found.count == 1 ? found.first : nil
  }

  /// The measures of starts: all but those that say what chance comes to for another.
  private var compared: [String] {
    let chances = Set(measures.filter { chance($0) != nil }.compactMap(Self.chance))
    return measures.filter { !chances.contains($0) }
  }

  /// The measure by which starts are compared first: the first that has a chance, else the first.
  private var leading: String? {
    compared.first { chance($0) != nil }
      ?? compared.first { ["mapArea", "meanOverlap", "accuracy"].contains($0) } ?? compared.first
  }

  /// A row a start, a column a measure: mean and 95 % interval (Student's t over seeds); the paired
  /// difference of the leading measure to the first start, where the seeds agree; a row for chance.
  var table: Table {
    let names = compared
    let shown = names.map(ReportText.measure)
    let difference = groups.count > 1 ? leading.map { ($0, ReportText.measure($0)) } : nil
    var table = Table(
      ["start", "seeds"] + shown.map(\.label)
        + (difference.map { ["\($0.1.title) minus \(groups[0].name)"] } ?? []))
    for (place, group) in groups.enumerated() {
      let paired = difference.map { measure, shown in
        place == 0 ? "" : self.difference(measure, group.outcomes, shown) ?? ""
      }
      table.add(
        [group.name, "\(group.outcomes.count)"]
          + zip(names, shown).map { $1.text(values($0, group.outcomes)) }
          + (paired.map { [$0] } ?? []))
    }
    let chances = names.map(chance)
    if chances.contains(where: { $0 != nil }) {
      table.add(
        ["chance", ""]
          + zip(chances, shown).map { value, shown in value.map { shown.text([$0]) } ?? "" }
          + (difference == nil ? [] : [""]))
    }
    return table
  }

  /// The paired difference of a measure to the first start; nil where seeds differ.
  private func difference(
    _ measure: String, _ outcomes: [RunOutcomeRecord], _ shown: ReportText.Measure
  ) -> String? {
    func bySeed(_ outcomes: [RunOutcomeRecord]) -> [Double: Double] {
      Dictionary(
        outcomes.compactMap { outcome in
          guard let seed = outcome.seed,
            let value = outcome.measures.first(where: { $0.name == measure })?.value,
            value.isFinite
          else { return nil }
          return (seed, shown.shown(value))
        }
      ) { first, _ in first }
    }
    let (mine, base) = (bySeed(outcomes), bySeed(groups[0].outcomes))
    guard !mine.isEmpty, Set(mine.keys) == Set(base.keys) else { return nil }
    let seeds = mine.keys.sorted()
    return Interval.pairedDifference(seeds.map { mine[$0]! }, seeds.map { base[$0]! })
      .formatted(digits: shown.isShare ? 1 : 4)
  }

  /// A figure for each measure in which starts differ, with what chance comes to; one for all
  /// layers that were probed.
  var figures: [(name: String, figure: Figure)] {
    compared.filter { !$0.hasPrefix("probe ") }.compactMap { measure in
      let all = groups.map { values(measure, $0.outcomes) }
      guard groups.count > 1, Set(all.joined()).count > 1, all.allSatisfy({ !$0.isEmpty }) else {
        return nil
      }
      let shown = ReportText.measure(measure)
      var chart = GroupedChart(
        categories: groups.map(\.name), axis: Axis(shown.label),
        series: [.init("", all.map { Interval(meanOf: $0.map(shown.shown), .confidence95) })],
        orientation: .sideways)
      chart.level = chance(measure).map { Level("chance", shown.shown($0)) }
      return (shown.title, Figure(.groups(chart), width: 520, height: 90 + 30 * groups.count))
    } + probes
  }

  /// What the bars of a figure reach over.
  var bars: String {
    let seeds = Set(groups.map(\.outcomes.count))
    return seeds == [1]
      ? "one seed each"
      : seeds.contains(2)
        ? "mean over seeds; bars reach over their range where "
          + "there are two, else they are 95 % intervals" : "mean over seeds with its 95 % interval"
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
      let series = groups.map { group in
        GroupedChart.Series(
          group.name,
          mine.map { one in
            let found = values(one.measure, group.outcomes).map { 100 * $0 }
            return found.isEmpty ? nil : Interval(meanOf: found, .confidence95)
          })
      }
      var chart = GroupedChart(
        categories: mine.map { String($0.words.last!) }, axis: Axis("average precision, area (%)"),
        series: series)
      let chances = Set(groups.flatMap { values("chance", $0.outcomes) })
      if chances.count == 1 { chart.level = Level("chance", 100 * chances.first!) }
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
      let series = groups.compactMap { group -> LineChart.Series? in
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
