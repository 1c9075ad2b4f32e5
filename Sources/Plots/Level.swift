/// A value to compare with, such as chance: a thin dashed line with its name.
public struct Level: Sendable, Hashable {
  /// What the level is.
  public var name: String
  /// The value on the axis of values.
  public var value: Double

  /// A level.
  public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
}
