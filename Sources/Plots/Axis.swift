/// One axis of a chart.
public struct Axis: Sendable, Hashable {
  /// How values map to lengths.
  public enum Scale: Sendable, Hashable { case linear, logarithmic }

  /// What is measured, with its unit; empty for none.
  public var label: String
  /// How values map to lengths.
  public var scale: Scale
  /// The values at the ends; nil fits the data.
  public var range: ClosedRange<Double>?

  /// An axis; it fits the data unless told otherwise.
  public init(_ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    (self.label, self.scale, self.range) = (label, scale, range)
  }
}
