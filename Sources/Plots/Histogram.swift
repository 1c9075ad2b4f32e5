import Foundation

/// How often values fall into bins of the x axis.
public struct Histogram: Sendable {
  /// Values of one kind.
  public struct Series: Sendable {
    /// What the values are of; empty for no legend.
    public var name: String
    /// The values, in any order.
    public var values: [Double]
    /// The color; nil takes the next of the palette.
    public var color: PlotColor?

    /// Values of one kind.
    public init(_ name: String, _ values: [Double], color: PlotColor? = nil) {
      (self.name, self.values, self.color) = (name, values, color)
    }
  }

  /// What the height of a bin says.
  public enum Height: Sendable, Hashable {
    /// The number of values.
    case count
    /// The share of the series' values, in percent; for series of different length.
    case percent
  }

  /// The axis of the values; it is linear.
  public var x: Axis
  /// The series; several are drawn as outlines over pale fills.
  public var series: [Series]
  /// The edges of the bins, rising; nil chooses them from the data. A bin holds its lower edge, the
  /// last one also its upper edge; values outside are counted only in the shares' denominator.
  public var edges: [Double]?
  /// What the height of a bin says.
  public var height: Height

  /// A histogram.
  public init(
    x: Axis, series: [Series], edges: [Double]? = nil, height: Height = .count
  ) {
    (self.x, self.series, self.edges, self.height) = (x, series, edges, height)
  }

  func canvas(_ figure: Figure) throws(PlotError) -> Canvas {
    guard !series.isEmpty else { throw .nothingToDraw("the chart") }
    for one in series where !one.values.contains(where: \.isFinite) {
      throw .nothingToDraw("series '\(one.name)'")
    }
    let edges = self.edges ?? automaticEdges()
    guard edges.count > 1, edges.allSatisfy(\.isFinite), zip(edges, edges.dropFirst()).allSatisfy(<)
    else { throw .badEdges }
    let heights = series.map { binned($0.values, edges) }
    let xTicks = try AxisTicks(
      x, low: edges[0], high: edges.last!, count: figure.width / 90, widening: false)
    let y = Axis(height == .count ? "count" : "share (%)")
    let yTicks = try AxisTicks(
      y, low: 0, high: heights.joined().max()!, count: figure.height / 50, widening: true)
    var canvas = Canvas(figure, x: Frame(x, xTicks), y: Frame(y, yTicks))
    for (index, one) in series.enumerated() {
      let color = one.color ?? .automatic(index)
      draw(edges, heights[index], color, on: &canvas)
      if !one.name.isEmpty {
        canvas.captions.append(
          Caption(text: one.name, color: color, place: .listed(.square)))
      }
    }
    return canvas
  }

  private func draw(
    _ edges: [Double], _ heights: [Double], _ color: PlotColor, on canvas: inout Canvas
  ) {
    let isAlone = series.count == 1
    let rows = canvas.add(
      heights.indices.map { bin in
        let (low, high) = (edges[bin], edges[bin + 1])
        return [(low + high) / 2, heights[bin], low, high, 0, heights[bin]]
      })
    canvas.draw(
      "\(rows) using 1:2:3:4:5:6 with boxxyerror fillcolor '\(color.rgb)' fillstyle "
        + (isAlone ? "solid 0.9 border linecolor '#FFFFFF'" : "transparent solid 0.18 noborder"))
    if isAlone { return }
    var outline = [[edges[0], 0]]
    for bin in heights.indices {
      outline += [[edges[bin], heights[bin]], [edges[bin + 1], heights[bin]]]
    }
    outline.append([edges.last!, 0])
    let path = canvas.add(outline)
    canvas.draw("\(path) using 1:2 with lines linewidth 1.6 linecolor '\(color.rgb)'")
  }

  private func binned(_ values: [Double], _ edges: [Double]) -> [Double] {
    var counts = [Double](repeating: 0, count: edges.count - 1)
    for value in values where value >= edges[0] && value <= edges.last! {
      // The number of edges at or below the value, by halving.
      var (low, high) = (0, edges.count)
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] <= value { low = middle + 1 } else { high = middle }
      }
      counts[min(low, counts.count) - 1] += 1
    }
    return height == .count ? counts : counts.map { 100 * $0 / Double(values.count) }
  }

  /// Bins of equal width by the rule of Freedman and Diaconis over all values, 8 to 60 of them.
  private func automaticEdges() -> [Double] {
    let sorted = series.flatMap(\.values).filter(\.isFinite).sorted()
    var (low, high) = (sorted[0], sorted[sorted.count - 1])
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    let quartiles = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    let ideal = 2 * quartiles / cbrt(Double(sorted.count))
    let count = ideal > 0 ? min(max(((high - low) / ideal).rounded(.up), 8), 60) : 8
    return (0...Int(count)).map { low + (high - low) * Double($0) / count }
  }
}
