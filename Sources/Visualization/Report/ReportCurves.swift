internal import Plots
internal import Runs
internal import Statistics

/// Curves of runs of one kind, those that differ in their seed alone as one curve.
struct ReportCurves {
  let runs: [ReportRun]

  /// A figure and what it shows.
  struct Curve {
    let name: String
    let caption: String
    let figure: Figure
  }

  /// Loss, every metric that was measured, what it cost. Losses of different objectives, and what
  /// else only those who share one can compare, have a figure each.
  func curves() -> [Curve] {
    var found: [Curve] = []
    func add(
      _ name: String, _ label: String, scale: Axis.Scale = .linear, within runs: [ReportRun],
      _ points: (ReportRun) -> [(Double, Double)]
    ) {
      found += Self.curves(name, Axis(label, scale: scale), runs, points)
    }
    let objectives = self.objectives
    func addByObjective(
      _ name: String, _ label: String, _ points: (ReportRun) -> [(Double, Double)]
    ) {
      for (objective, runs) in objectives {
        add(objectives.count > 1 ? "\(name) of \(objective)" : name, label, within: runs, points)
      }
    }
    addByObjective("loss", "training loss") { $0.steps.map { (Double($0.step), $0.loss) } }
    var metrics: Set<String> = []
    for run in runs { for one in run.evaluations { metrics.formUnion(one.metrics.keys) } }
    for metric in metrics.sorted() {
      let shown = ReportText.measure(metric)
      func points(_ run: ReportRun) -> [(Double, Double)] {
        run.evaluations.compactMap { one in
          one.metrics[metric].map { (Double(one.step), shown.shown($0)) }
        }
      }
      // Shares are of the same kind whatever was learned; other numbers may be losses.
      if shown.isShare {
        add(shown.title, shown.label, within: runs, points)
      } else {
        addByObjective(shown.title, shown.label, points)
      }
    }
    for (name, label, factor) in [
      ("effectiveRank", "effective rank of the features of a step", 1.0),
      ("deadFeatures", "dead channels of the features of a step (%)", 100),
    ] {
      add(ReportText.words(name), label, within: runs) { run in
        run.steps.compactMap { step in
          step.more[name].map { (Double(step.step), factor * $0) }
        }
      }
    }
    add("throughput", "images per second", within: runs) {
      $0.steps.map { (Double($0.step), $0.imagesPerSecond) }
    }
    add("data wait", "time spent waiting for data (%)", within: runs) {
      $0.steps.map { (Double($0.step), 100 * $0.dataWait) }
    }
    let scale = Self.rateScale(runs.map { $0.steps.map(\.rate) })
    add("learning rate", "learning rate", scale: scale, within: runs) {
      $0.steps.compactMap {
        scale == .linear || $0.rate > 0 ? (Double($0.step), $0.rate) : nil
      }
    }
    return found
  }

  /// Runs by what their losses measure, in their order.
  private var objectives: [(name: String, runs: [ReportRun])] {
    var found: [(name: String, runs: [ReportRun])] = []
    for run in runs {
      if let index = found.firstIndex(where: { $0.name == run.objective }) {
        found[index].runs.append(run)
      } else {
        found.append((run.objective, [run]))
      }
    }
    return found
  }

  /// Rates that fall in steps, as by tens, on a logarithmic axis; those that glide, as to zero
  /// along a cosine, on a linear one, where the way down is not all in the last steps.
  static func rateScale(_ runs: [[Double]]) -> Axis.Scale {
    let pairs = runs.flatMap { zip($0, $0.dropFirst()) }
    let rates = runs.joined().filter { $0 > 0 }
    guard let low = rates.min(), let high = rates.max(), high / low >= 20 else { return .linear }
    return 2 * pairs.count { $0.0 == $0.1 } >= pairs.count ? .logarithmic : .linear
  }

  /// Curves in one figure have colors of their own.
  private static let mostCurves = 8

  /// The curves of all groups; of many, in several figures with the same axis.
  private static func curves(
    _ name: String, _ axis: Axis, _ runs: [ReportRun], _ points: (ReportRun) -> [(Double, Double)]
  ) -> [Curve] {
    var groups: [(name: String, runs: [[(Double, Double)]])] = []
    for run in runs {
      let mine = points(run).filter { $0.1.isFinite }
      guard !mine.isEmpty else { continue }
      if let index = groups.firstIndex(where: { $0.name == run.group }) {
        groups[index].runs.append(mine)
      } else {
        groups.append((run.group, [mine]))
      }
    }
    guard !groups.isEmpty else { return [] }
    let common = commonPrefix(groups.map(\.name))
    let all = groups.map { group in
      (
        name: groups.count == 1 ? "" : String(group.name.dropFirst(common.count)),
        isThinned: group.runs.count == 1 && group.runs[0].count > most, seeds: group.runs.count,
        points: group.runs.count == 1 ? thinned(group.runs[0]) : averaged(group.runs)
      )
    }
    let figures = (all.count + mostCurves - 1) / mostCurves
    let each = (all.count + figures - 1) / figures
    let reach = all.flatMap(\.points).flatMap { [$0.y.mean, $0.y.low, $0.y.high] }
    var axis = axis
    if figures > 1, let low = reach.min(), let high = reach.max(), low < high {
      let margin = axis.scale == .linear ? 0.03 * (high - low) : 0
      axis.range = low - margin...high + margin
    }
    return (0..<figures).map { number in
      let shown = all[number * each..<min((number + 1) * each, all.count)]
      var notes: [String] = []
      if shown.contains(where: { $0.seeds > 1 }) {
        notes.append("mean of the seeds; the band reaches from the lowest to the highest")
      }
      if shown.contains(where: \.isThinned) {
        notes.append("each point is the mean of neighbors; the band is their range")
      }
      let series = shown.map { one in
        LineChart.Series(one.name, one.points, hasMarkers: one.points.count < 12)
      }
      return Curve(
        name: figures == 1 ? name : "\(name) (\(number + 1) of \(figures))",
        caption: notes.joined(separator: "; "),
        figure: Figure(
          .lines(LineChart(x: Axis("step"), y: axis, series: series)), width: 520, height: 290))
    }
  }

  /// Points of a curve: few enough that a loss, which jumps from batch to batch, shows its course.
  private static let most = 30

  /// At most so many points, each the mean of its neighbors with their range.
  private static func thinned(
    _ points: [(Double, Double)]
  ) -> [(x: Double, y: Interval)] {
    guard points.count > most else { return points.map { ($0.0, Interval($0.1)) } }
    return (0..<most).map { bin in
      let mine = points[bin * points.count / most..<(bin + 1) * points.count / most]
      return (
        mine.map(\.0).mean, Interval(meanOf: mine.map(\.1), .range)
      )
    }
  }

  /// The mean over seeds at every step that more than one of them has.
  private static func averaged(
    _ runs: [[(Double, Double)]]
  ) -> [(x: Double, y: Interval)] {
    var values: [Double: [Double]] = [:]
    for run in runs { for (x, y) in run { values[x, default: []].append(y) } }
    return values.sorted { $0.key < $1.key }.map {
      ($0.key, Interval(meanOf: $0.value, .range))
    }
  }

  /// The folders that all names begin with.
  static func commonPrefix(_ names: [String]) -> String {
    guard let first = names.first, names.count > 1 else { return "" }
    var prefix = first
    while !prefix.isEmpty, !names.allSatisfy({ $0.hasPrefix(prefix) && $0 != prefix }) {
      prefix.removeLast()
      while let last = prefix.last, last != "/" { prefix.removeLast() }
    }
    return prefix
  }
}
