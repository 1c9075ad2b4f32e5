internal import Files
public import Plots
internal import Statistics

extension ProbingTables {
  /// The figures that there are data for, with the names of their files: average precision by layer
  /// of linear probes, and by the number of positives of support vector machines.
  public var figures: [(name: String, figure: Figure)] {
    [byLayer.map { ("layers", $0) }, byPositives.map { ("low-shot", $0) }].compactMap { $0 }
  }

  private var byLayer: Figure? {
    let method = ProbingConfiguration.Method.linear
    let layers = layers(method)
    guard layers.count > 1 else { return nil }
    let series = starts.map { start in
      GroupedChart.Series(
        start.name, layers.map { interval(start, method, layer: $0, positives: nil) })
    }
    var chart = GroupedChart(
      categories: layers, axis: Axis("average precision (area), %"), series: series)
    chart.level = Level("chance", 100 * starts[0].results[0].chance)
    return Figure(
      .groups(chart), title: "Linear probes; \(bars)", width: max(560, 26 * layers.count + 160))
  }

  /// What the bars around a number are.
  private var bars: String {
    switch starts[0].results.count {
    case 1: "bars: 95 % over test pictures"
    case 2: "bars: range of two seeds"
    case let seeds: "bars: 95 % over \(seeds) seeds"
    }
  }

  /// Mean over the same classes for every number of positives: those that have as many as the
  /// largest number that at least half of the classes reach.
  private var byPositives: Figure? {
    let method = ProbingConfiguration.Method.lowShot
    guard let layer = layers(method).last else { return nil }
    let first = starts[0].results[0]
    let rows = first.rows.filter { $0.method == method && $0.layer == layer }
    guard
      let most = rows.filter({ 2 * ($0.fullClasses ?? 0) >= first.classes.count })
        .compactMap(\.positives).max() ?? rows.compactMap(\.positives).max(),
      let last = rows.first(where: { $0.positives == most })
    else { return nil }
    // Results of earlier versions do not say which classes these are.
    let names = last.fullClassNames
    let shown = names.map { names in first.classes.map { names.contains($0) } }
    let series = starts.compactMap { start -> LineChart.Series? in
      let points = rows.compactMap(\.positives).filter { $0 <= most }.compactMap { count in
        interval(start, method, layer: layer, positives: count, classes: shown)
          .map { (x: Double(count), y: $0) }
      }
      return points.count > 1 ? LineChart.Series(start.name, points, hasMarkers: true) : nil
    }
    guard !series.isEmpty else { return nil }
    let of = names.map {
      "mean of the \($0.count) of \(first.classes.count) classes that have \(most)"
    }
    return Figure(
      .lines(
        LineChart(
          x: Axis("positive pictures of a class", scale: .logarithmic),
          y: Axis("average precision (area), %"), series: series,
          levels: [.init("chance, all classes", 100 * first.chance)])),
      title: "Few positives, \(layer)\(of.map { "; \($0)" } ?? "")", width: 560)
  }

  private func layers(_ method: ProbingConfiguration.Method) -> [String] {
    var found: [String] = []
    for row in starts.flatMap({ $0.results[0].rows }) where row.method == method {
      if !found.contains(row.layer) { found.append(row.layer) }
    }
    return found
  }

  private func interval(
    _ start: Start, _ method: ProbingConfiguration.Method, layer: String, positives: Int?,
    classes shown: [Bool]? = nil
  ) -> Interval? {
    let rows = start.results.compactMap { result in
      result.rows.first {
        $0.method == method && $0.layer == layer && $0.positives == positives
      }
    }
    guard !rows.isEmpty else { return nil }
    guard let shown else { return Self.interval(rows.map(\.area)).scaled(by: 100) }
    let draws = rows.map { row in
      row.scores.map { score in
        zip(score.areaByClass, shown).compactMap { $1 ? $0 : nil }.mean
      }.filter(\.isFinite)
    }
    guard draws.allSatisfy({ !$0.isEmpty }) else { return nil }
    // Over seeds where there are several, else over draws.
    return Interval.student(draws.count > 1 ? draws.map(\.mean) : draws[0])
      .clamped(to: 0...1).scaled(by: 100)
  }
}

extension ProbingTables {
  /// Writes `table.md`, and every figure in these formats (by their endings), into a folder.
  public func write(
    to folder: String, formats: [String: FigureFormat] = ["svg": .svg, "png": .png()]
  ) throws {
    try AtomicFile.write(markdown, to: "\(folder)/table.md")
    let gnuplot = try Gnuplot()
    for (name, figure) in figures {
      for (ending, format) in formats {
        try gnuplot.draw(figure, to: "\(folder)/\(name).\(ending)", as: format)
      }
    }
  }
}
