public import Statistics

/// Curves over a common axis, each with the band its intervals span and its name at its end.
public struct LineChart: Sendable {
  /// One curve.
  public struct Series: Sendable {
    /// What the curve shows.
    public var name: String
    /// The places on the x axis with the values there; a value that is not finite leaves a gap.
    public var points: [(x: Double, y: Interval)]
    /// The color; nil takes the next of the palette.
    public var color: PlotColor?
    /// Whether the curve is broken into dashes.
    public var isDashed: Bool
    /// Whether each point is marked; for few points.
    public var hasMarkers: Bool

    /// A curve with intervals.
    public init(
      _ name: String, _ points: [(x: Double, y: Interval)], color: PlotColor? = nil,
      isDashed: Bool = false, hasMarkers: Bool = false
    ) {
      (self.name, self.points, self.color) = (name, points, color)
      (self.isDashed, self.hasMarkers) = (isDashed, hasMarkers)
    }
  }

  /// The axes.
  public var x, y: Axis
  /// The curves, the last on top.
  public var series: [Series]
  /// Levels to compare with.
  public var levels: [Level]
  /// Whether intervals are drawn as bars at the points and not as bands: for few points.
  public var hasErrorBars = false

  /// A chart of curves.
  public init(x: Axis, y: Axis, series: [Series], levels: [Level] = []) {
    (self.x, self.y, self.series, self.levels) = (x, y, series, levels)
  }

  func canvas(_ figure: Figure) throws(PlotError) -> Canvas {
    var (across, up) = ([Double](), [Double]())
    for one in series {
      let shown = one.points.filter { $0.x.isFinite && $0.y.mean.isFinite }
      guard !shown.isEmpty else { throw .nothingToDraw("series '\(one.name)'") }
      let reach = shown.flatMap { [$0.y.mean, $0.y.low, $0.y.high] }.filter(\.isFinite)
      try checkPositive(shown.map(\.x), x, one.name)
      try checkPositive(reach, y, one.name)
      across += shown.map(\.x)
      up += reach
    }
    guard !series.isEmpty else { throw .nothingToDraw("the chart") }
    for level in levels { try checkPositive([level.value], y, level.name) }
    up += levels.map(\.value)
    let xTicks = try AxisTicks(
      x, low: across.min()!, high: across.max()!, count: figure.width / 90, widening: false)
    let yTicks = try AxisTicks(
      y, low: up.min()!, high: up.max()!, count: figure.height / 50, widening: true)
    var canvas = Canvas(figure, x: Frame(x, xTicks), y: Frame(y, yTicks))
    for level in levels {
      let ends = canvas.add([[xTicks.low, level.value], [xTicks.high, level.value]])
      canvas.draw(
        "\(ends) using 1:2 with lines linewidth 1.2 dashtype (6,4) linecolor "
          + "'\(PlotColor.gray.rgb)'")
      canvas.captions.append(
        Caption(text: level.name, color: .gray, place: .beside(yTicks.fraction(level.value))))
    }
    draw(on: &canvas, yTicks)
    return canvas
  }

  /// Bands first, so that no curve lies under one.
  private func draw(on canvas: inout Canvas, _ yTicks: AxisTicks) {
    var curves: [String] = []
    for (index, one) in series.enumerated() {
      let color = one.color ?? .automatic(index)
      let table = canvas.add(one.points.map { [$0.x, $0.y.mean, $0.y.low, $0.y.high] })
      let hasIntervals = one.points.contains { $0.y.low < $0.y.high }
      if hasIntervals, hasErrorBars {
        curves.append(
          "\(table) using 1:3:(0):($4-$3) with vectors nohead linewidth 1.2 linecolor "
            + "'\(color.rgb)'")
      } else if hasIntervals {
        canvas.draw(
          "\(table) using 1:3:4 with filledcurves fillcolor '\(color.rgb)' "
            + "fillstyle transparent solid 0.18 noborder")
      }
      // A color that comes a second time is told apart by dots and hollow marks.
      let comesAgain = one.color == nil && index >= PlotColor.automaticCount
      let dash = one.isDashed ? " dashtype (8,4)" : comesAgain ? " dashtype (2,3)" : ""
      let mark = comesAgain ? 6 : 7
      let style = "linewidth 1.8\(dash) linecolor '\(color.rgb)'"
      curves.append(
        "\(table) using 1:2 with "
          + (one.hasMarkers ? "linespoints pointtype \(mark) pointsize 0.6 " : "lines ") + style)
      let last = one.points.last { $0.x.isFinite && $0.y.mean.isFinite }!.y.mean
      if !one.name.isEmpty {
        let height = min(max(yTicks.fraction(last), 0), 1)
        canvas.captions.append(Caption(text: one.name, color: color, place: .beside(height)))
      }
    }
    for curve in curves { canvas.draw(curve) }
  }
}

/// Throws when a value has no place on the axis.
func checkPositive(_ values: [Double], _ axis: Axis, _ series: String) throws(PlotError) {
  if axis.scale == .logarithmic, let value = values.first(where: { $0 <= 0 }) {
    throw .notPositive(series: series, value: value)
  }
}
