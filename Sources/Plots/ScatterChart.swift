/// Points in the plane, colored by what they belong to.
public struct ScatterChart: Sendable {
  /// Points of one kind.
  public struct Series: Sendable {
    /// What the points are; empty for no legend.
    public var name: String
    /// Their places.
    public var points: [(x: Double, y: Double)]
    /// The color; nil takes the next of the palette.
    public var color: PlotColor?

    /// Points of one kind.
    public init(_ name: String, _ points: [(x: Double, y: Double)], color: PlotColor? = nil) {
      (self.name, self.points, self.color) = (name, points, color)
    }
  }

  /// The axes.
  public var x, y: Axis
  /// The kinds of points, the last on top.
  public var series: [Series]

  /// A chart of points.
  public init(x: Axis, y: Axis, series: [Series]) {
    (self.x, self.y, self.series) = (x, y, series)
  }

  func canvas(_ figure: Figure) throws(PlotError) -> Canvas {
    guard !series.isEmpty else { throw .nothingToDraw("the chart") }
    for one in series {
      guard one.points.contains(where: { $0.x.isFinite && $0.y.isFinite }) else {
        throw .nothingToDraw("series '\(one.name)'")
      }
      try checkPositive(one.points.map(\.x), x, one.name)
      try checkPositive(one.points.map(\.y), y, one.name)
    }
    let shown = series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let xTicks = try AxisTicks(
      x, low: shown.map(\.x).min()!, high: shown.map(\.x).max()!, count: figure.width / 90,
      widening: true)
    let yTicks = try AxisTicks(
      y, low: shown.map(\.y).min()!, high: shown.map(\.y).max()!, count: figure.height / 50,
      widening: true)
    var canvas = Canvas(figure, x: Frame(x, xTicks), y: Frame(y, yTicks))
    for (index, one) in series.enumerated() {
      let color = one.color ?? .automatic(index)
      let table = canvas.add(one.points.map { [$0.x, $0.y] })
      canvas.draw(
        "\(table) using 1:2 with points pointtype 7 pointsize 0.55 linecolor '\(color.rgb)'")
      if !one.name.isEmpty {
        canvas.captions.append(
          Caption(text: one.name, color: color, place: .listed(.dot)))
      }
    }
    return canvas
  }
}
