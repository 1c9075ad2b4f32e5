/// A figure: one chart with its title, drawn by gnuplot as SVG, PDF or PNG.
public struct Figure: Sendable {
  /// The kinds of charts.
  public enum Chart: Sendable {
    /// Curves, with bands around them.
    case lines(LineChart)
    /// Dots or bars in categories, with error bars.
    case groups(GroupedChart)
    /// How often values occur.
    case histogram(Histogram)
    /// Points in the plane.
    case points(ScatterChart)
  }

  /// The heading; nil where a caption says it.
  public var title: String?
  /// What is drawn.
  public var chart: Chart
  /// The size in points; text is 12 points high.
  public var width, height: Int

  /// A figure of a chart; 480 x 300 points fill a column.
  public init(_ chart: Chart, title: String? = nil, width: Int = 480, height: Int = 300) {
    (self.chart, self.title, self.width, self.height) = (chart, title, width, height)
  }

  /// The text of the gnuplot script that draws the figure into the file `output`.
  ///
  /// Throws when the chart holds nothing that could be drawn.
  public func script(_ format: FigureFormat, output: String) throws(PlotError) -> String {
    let canvas =
      switch chart {
      case .lines(let chart): try chart.canvas(self)
      case .groups(let chart): try chart.canvas(self)
      case .histogram(let chart): try chart.canvas(self)
      case .points(let chart): try chart.canvas(self)
      }
    return canvas.script(format, output: output)
  }
}

/// The kinds of files a figure can be.
public enum FigureFormat: Sendable, Hashable {
  /// Vector graphics for papers and web pages; the text stays text.
  case svg
  /// Vector graphics for LaTeX; the fonts are embedded.
  case pdf
  /// Pixels; `scale` of them to a point, 3 for print.
  case png(scale: Int = 2)

  func terminal(width: Int, height: Int) -> String {
    switch self {
    case .svg:
      "svg size \(width),\(height) dynamic enhanced font 'Arial,12' background '#FFFFFF'"
    case .pdf:
      // This terminal measures in inches of 72 points, and text in points.
      "pdfcairo size \(Double(width) / 72)in,\(Double(height) / 72)in enhanced "
        + "font 'Arial,12' background '#FFFFFF'"
    case .png(let scale):
      // For this terminal a point of text is 4/3 pixels; its points and dashes are smaller.
      "pngcairo size \(width * scale),\(height * scale) enhanced font 'Arial,12' "
        + "fontscale \(Double(scale) * 0.75) linewidth \(scale) "
        + "pointscale \(Double(scale) * 1.2) dashlength 1.3 background '#FFFFFF'"
    }
  }
}
