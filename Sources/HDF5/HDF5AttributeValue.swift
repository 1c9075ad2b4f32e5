/// A value that attributes hold: `String`, `Int`, `Double`, or an array of one of these.
public protocol HDF5AttributeValue: Sendable {
  /// The type of one element.
  associatedtype Single: HDF5Element
  /// Whether the attribute is an array of one axis rather than a single value.
  static var isArray: Bool { get }
  /// The elements, exactly one where the value is no array.
  var attributeElements: [Single] { get }
  /// The value made of these elements.
  init(attributeElements: [Single])
}

/// A single value as an attribute.
public protocol HDF5ScalarAttribute: HDF5AttributeValue, HDF5Element where Single == Self {}

extension HDF5ScalarAttribute {
  /// A single value is no array.
  public static var isArray: Bool { false }
  /// The value by itself.
  public var attributeElements: [Self] { [self] }
  /// The only element.
  public init(attributeElements: [Self]) { self = attributeElements[0] }
}

extension String: HDF5ScalarAttribute {}
extension Int: HDF5ScalarAttribute {}
extension Double: HDF5ScalarAttribute {}

extension Array: HDF5AttributeValue where Element: HDF5ScalarAttribute {
  /// An array is one, also when it has one element.
  public static var isArray: Bool { true }
  /// The elements themselves.
  public var attributeElements: [Element] { self }
  /// The array itself.
  public init(attributeElements: [Element]) { self = attributeElements }
}
