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

  /// Loss, every metric that was measured, what it cost.
  func curves() -> [Curve] {
    var found: [Curve] = []
    func add(
      _ name: String, _ label: String, scale: Axis.Scale = .linear,
      _ points: (ReportRun) -> [(Double, Double)]
    ) {
      guard let curve = curve(name, Axis(label, scale: scale), points) else { return }
      found.append(curve)
    }
    add("loss", "training loss") { $0.steps.map { (Double($0.step), $0.loss) } }
    var metrics: Set<String> = []
    for run in runs { for one in run.evaluations { metrics.formUnion(one.metrics.keys) } }
    for metric in metrics.sorted() {
      let shown = ReportText.measure(metric)
      add(shown.title, shown.label) { run in
        run.evaluations.compactMap { one in
          one.metrics[metric].map { (Double(one.step), shown.shown($0)) }
        }
      }
    }
    add("throughput", "images per second") {
      $0.steps.map { (Double($0.step), $0.imagesPerSecond) }
    }
    add("data wait", "time spent waiting for data (%)") {
      $0.steps.map { (Double($0.step), 100 * $0.dataWait) }
    }
    add("learning rate", "learning rate", scale: .logarithmic) {
      $0.steps.compactMap { $0.rate > 0 ? (Double($0.step), $0.rate) : nil }
    }
    return found
  }

  private func curve(
    _ name: String, _ axis: Axis, _ points: (ReportRun) -> [(Double, Double)]
  ) -> Curve? {
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
    // More curves than colors say nothing.
    guard !groups.isEmpty else { return nil }
    let shown = groups.prefix(7)
    let common = Self.commonPrefix(shown.map(\.name))
    var notes: [String] = []
    if groups.count > 7 { notes.append("the first 7 of \(groups.count) groups of runs") }
    if shown.contains(where: { $0.runs.count > 1 }) {
      notes.append("mean of the seeds; the band reaches from the lowest to the highest")
    }
    let series = shown.map { group -> LineChart.Series in
      let isAlone = shown.count == 1
      let points = group.runs.count == 1 ? Self.thinned(group.runs[0]) : Self.averaged(group.runs)
      return .init(
        isAlone ? "" : String(group.name.dropFirst(common.count)), points,
        hasMarkers: points.count < 12)
    }
    if shown.contains(where: { $0.runs.count == 1 && $0.runs[0].count > Self.most }) {
      notes.append("each point is the mean of neighbors; the band is their range")
    }
    return Curve(
      name: name, caption: notes.joined(separator: "; "),
      figure: Figure(
        .lines(LineChart(x: Axis("step"), y: axis, series: series)), width: 520, height: 290))
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
