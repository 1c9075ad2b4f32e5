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
    return Figure(
      .groups(
        GroupedChart(
          categories: layers, axis: Axis("average precision (area), %"), series: series)),
      title: "Linear probes", width: max(480, 26 * layers.count + 120))
  }

  private var byPositives: Figure? {
    let method = ProbingConfiguration.Method.lowShot
    guard let layer = layers(method).last else { return nil }
    let series = starts.compactMap { start -> LineChart.Series? in
      let counts = start.results[0].rows.filter { $0.method == method && $0.layer == layer }
        .compactMap(\.positives)
      let points = counts.compactMap { count in
        interval(start, method, layer: layer, positives: count).map { (x: Double(count), y: $0) }
      }
      return points.count > 1 ? LineChart.Series(start.name, points, hasMarkers: true) : nil
    }
    guard !series.isEmpty else { return nil }
    return Figure(
      .lines(
        LineChart(
          x: Axis("positive pictures of a class", scale: .logarithmic),
          y: Axis("average precision (area), %"), series: series,
          levels: [.init("chance", 100 * starts[0].results[0].chance)])),
      title: "Few positives, \(layer)")
  }

  private func layers(_ method: ProbingConfiguration.Method) -> [String] {
    var found: [String] = []
    for row in starts.flatMap({ $0.results[0].rows }) where row.method == method {
      if !found.contains(row.layer) { found.append(row.layer) }
    }
    return found
  }

  private func interval(
    _ start: Start, _ method: ProbingConfiguration.Method, layer: String, positives: Int?
  ) -> Interval? {
    let rows = start.results.compactMap { result in
      result.rows.first {
        $0.method == method && $0.layer == layer && $0.positives == positives
      }
    }
    guard !rows.isEmpty else { return nil }
    return Self.interval(rows.map(\.area)).scaled(by: 100)
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
