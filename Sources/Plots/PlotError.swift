/// Why a figure could not be drawn.
public enum PlotError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No `gnuplot` lies in the folders searched.
  case gnuplotMissing(searched: String)
  /// gnuplot stopped with this code and this message.
  case gnuplotFailed(code: Int32, message: String)
  /// A chart, or the named part of it, holds no finite value.
  case nothingToDraw(String)
  /// A series has another number of values than there are categories.
  case wrongCount(series: String, values: Int, categories: Int)
  /// A value cannot stand on a logarithmic axis.
  case notPositive(series: String, value: Double)
  /// Bars start at zero, which a logarithmic axis has not.
  case barsOnLogarithmicAxis
  /// An axis was given an empty or infinite range.
  case badRange(axis: String, low: Double, high: Double)
  /// The edges of a histogram's bins do not rise, or are fewer than two.
  case badEdges
  /// The figure could not be written.
  case notWritable(path: String, reason: String)

  /// One sentence that names the cause and, where there is one, the remedy.
  public var description: String {
    switch self {
    case .gnuplotMissing(let searched):
      "gnuplot is not installed (searched \(searched)); on Debian and Ubuntu: "
        + "apt install gnuplot-nox"
    case .gnuplotFailed(let code, let message): "gnuplot stopped with code \(code): \(message)"
    case .nothingToDraw(let what): "\(what): there is nothing to draw"
    case .wrongCount(let series, let values, let categories):
      "series '\(series)' has \(values) values for \(categories) categories"
    case .notPositive(let series, let value):
      "series '\(series)' holds \(value), which has no place on a logarithmic axis"
    case .barsOnLogarithmicAxis:
      "bars start at zero, which a logarithmic axis has not; draw dots instead"
    case .badRange(let axis, let low, let high):
      "the axis '\(axis)' cannot reach from \(low) to \(high)"
    case .badEdges: "the edges of a histogram's bins must rise, and be two or more"
    case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }
}
