public import Statistics

/// Values in categories, as dots or bars with error bars; several series stand side by side.
public struct GroupedChart: Sendable {
  /// How a value is drawn.
  public enum Mark: Sendable, Hashable {
    /// A dot; the axis need not begin at zero.
    case dots
    /// A bar from zero.
    case bars
  }

  /// Where the categories stand.
  public enum Orientation: Sendable, Hashable {
    /// Side by side.
    case upright
    /// One below the other, which leaves room for long names.
    case sideways
  }

  /// One value for each category.
  public struct Series: Sendable {
    /// What the values are of; empty for no legend.
    public var name: String
    /// A value for each category; nil leaves the place empty.
    public var values: [Interval?]
    /// The color; nil takes the next of the palette.
    public var color: PlotColor?

    /// Values in the order of the categories.
    public init(_ name: String, _ values: [Interval?], color: PlotColor? = nil) {
      (self.name, self.values, self.color) = (name, values, color)
    }
  }

  /// The names of the categories.
  public var categories: [String]
  /// The axis of the values.
  public var axis: Axis
  /// The series, side by side in each category.
  public var series: [Series]
  /// How a value is drawn.
  public var mark: Mark
  /// Where the categories stand.
  public var orientation: Orientation
  /// A value to compare with, such as chance: a thin dashed line across all categories. Without a
  /// name it is not explained.
  public var level: Level?

  /// A chart of categories.
  public init(
    categories: [String], axis: Axis, series: [Series], mark: Mark = .dots,
    orientation: Orientation = .upright
  ) {
    (self.categories, self.axis, self.series) = (categories, axis, series)
    (self.mark, self.orientation) = (mark, orientation)
  }

  func canvas(_ figure: Figure) throws(PlotError) -> Canvas {
    let isUpright = orientation == .upright
    let (low, high) = try reach()
    let ticks = try AxisTicks(
      axis, low: low, high: high, count: isUpright ? figure.height / 50 : figure.width / 90,
      widening: true)
    let values = Frame(axis, ticks)
    var names = Frame("", categories: categories)
    // The axis, a legend and a little space between names leave about so much to them.
    if isUpright, names.words > Double(figure.width) * 0.6 / Double(categories.count) {
      names.angle = 35
    }
    // Far from its name, a dot needs a line that leads back to it.
    names.hasGrid = !isUpright && mark == .dots
    var canvas = Canvas(figure, x: isUpright ? names : values, y: isUpright ? values : names)
    canvas.isUpsideDown = !isUpright
    if let level {
      let ends = canvas.add([[names.low, level.value], [names.high, level.value]])
      canvas.draw(
        "\(ends) using \(isUpright ? "1:2" : "2:1") with lines linewidth 1.2 dashtype (6,4) "
          + "linecolor '\(PlotColor.gray.rgb)'")
    }
    for (index, one) in series.enumerated() { draw(one, index, on: &canvas) }
    if let level, !level.name.isEmpty {
      canvas.captions.append(Caption(text: level.name, color: .gray, place: .listed(.dashes)))
    }
    return canvas
  }

  /// The lowest and highest number to be shown.
  private func reach() throws(PlotError) -> (Double, Double) {
    if mark == .bars, axis.scale == .logarithmic { throw .barsOnLogarithmicAxis }
    var all: [Double] = (mark == .bars ? [0] : []) + (level.map { [$0.value] } ?? [])
    for one in series {
      guard one.values.count == categories.count else {
        throw .wrongCount(
          series: one.name, values: one.values.count, categories: categories.count)
      }
      let shown = one.values.compactMap { $0 }.flatMap { [$0.mean, $0.low, $0.high] }
        .filter(\.isFinite)
      guard !shown.isEmpty else { throw .nothingToDraw("series '\(one.name)'") }
      try checkPositive(shown, axis, one.name)
      all += shown
    }
    guard !series.isEmpty else { throw .nothingToDraw("the chart") }
    return (all.min()!, all.max()!)
  }

  private func draw(_ one: Series, _ index: Int, on canvas: inout Canvas) {
    let color = one.color ?? .automatic(index)
    // Bars fill most of a category's place; dots keep together within half of it.
    let slot = (mark == .bars ? 0.78 : 0.5) / Double(series.count)
    let shift = (Double(index) - Double(series.count - 1) / 2) * slot
    let present = one.values.enumerated().compactMap { place, value in
      value.flatMap { $0.mean.isFinite ? (Double(place) + shift, $0) : nil }
    }
    if !one.name.isEmpty {
      let place = Caption.Place.listed(mark == .bars ? .square : .dot)
      canvas.captions.append(Caption(text: one.name, color: color, place: place))
    }
    if mark == .bars {
      let half = slot * 0.46
      let rows = canvas.add(
        present.map { at, value in
          [at, value.mean, at - half, at + half, min(0, value.mean), max(0, value.mean)]
        })
      let columns = orientation == .upright ? "1:2:3:4:5:6" : "2:1:5:6:3:4"
      canvas.draw(
        "\(rows) using \(columns) with boxxyerror fillcolor '\(color.rgb)' "
          + "fillstyle solid 1.0 noborder")
    }
    let errors = present.filter { $0.1.low < $0.1.high }
    if !errors.isEmpty {
      let rows = canvas.add(errors.map { [$0.0, $0.1.low, $0.1.high] })
      let ink = mark == .bars ? "#222222" : color.rgb
      let columns = orientation == .upright ? "1:2:(0):($3-$2)" : "2:1:($3-$2):(0)"
      canvas.draw(
        "\(rows) using \(columns) with vectors nohead linewidth 1.4 linecolor '\(ink)'")
    }
    if mark == .dots {
      let rows = canvas.add(present.map { [$0.0, $0.1.mean] })
      let columns = orientation == .upright ? "1:2" : "2:1"
      canvas.draw(
        "\(rows) using \(columns) with points pointtype 7 pointsize 0.9 linecolor "
          + "'\(color.rgb)'")
    }
  }
}
