internal import CHDF5

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

extension HDF5File {
  /// The names of the attributes of a dataset or group, sorted by bytes.
  public func attributeNames(of object: String = "/") throws(HDF5Error) -> [String] {
    let handle = try open(object)
    let place = Place(path: path, object: object)
    return try names("H5Aiterate2", place) { chdf5_each_attribute(handle.id, $0, $1) }
  }

  /// Adds an attribute to a dataset or group.
  public func setAttribute<Value: HDF5AttributeValue>(
    _ name: String, to value: Value, of object: String = "/"
  ) throws(HDF5Error) {
    let place = Place(path: path, object: "\(object)@\(name)")
    let owner = try open(object)
    let elements = value.attributeElements
    let sizes = Value.isArray ? [hsize_t(elements.count)] : []
    let space = try Handle("H5Screate_simple", place) {
      H5Screate_simple(Int32(sizes.count), sizes, nil)
    }
    let type = try Value.Single.hdf5Type.handle(place)
    let attribute = try Handle("H5Acreate2", place) {
      H5Acreate2(
        owner.id, name, type.id, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    guard !elements.isEmpty else { return }
    if let strings = elements as? [String] {
      try writeStrings(strings, .string(bytes: nil), place) { (type, buffer) throws(HDF5Error) in
        _ = try check("H5Awrite", place) { H5Awrite(attribute.id, type, buffer) }
      }
    } else {
      _ = try check("H5Awrite", place) {
        elements.withUnsafeBufferPointer { H5Awrite(attribute.id, type.id, $0.baseAddress) }
      }
    }
  }

  /// The attribute of a dataset or group; throws when it is missing or of another kind.
  public func attribute<Value: HDF5AttributeValue>(
    _ name: String, of object: String = "/", as kind: Value.Type = Value.self
  ) throws(HDF5Error) -> Value {
    let place = Place(path: path, object: "\(object)@\(name)")
    let owner = try open(object)
    let attribute = try Handle("H5Aopen", place) { H5Aopen(owner.id, name, hid_t(H5P_DEFAULT)) }
    let typeHandle = try Handle("H5Aget_type", place) { H5Aget_type(attribute.id) }
    let stored = try HDF5Type(id: typeHandle.id, place)
    guard Value.Single.hdf5Type.canHold(stored) else {
      throw place.error("read", "it holds \(stored), which is not read as \(Value.Single.hdf5Type)")
    }
    let space = try Handle("H5Aget_space", place) { H5Aget_space(attribute.id) }
    let shape = try space.shape(place)
    guard let count = shape.checkedProduct, shape.count <= 1, Value.isArray || count == 1,
      count <= 1 << 20
    else { throw place.error("read", "its shape \(shape) is not that of \(Value.self)") }
    guard count > 0 else { return Value(attributeElements: []) }
    if case .string = stored {
      let strings = try readStrings(count: count, typeHandle.id, place) { to throws(HDF5Error) in
        _ = try check("H5Aread", place) { H5Aread(attribute.id, typeHandle.id, to) }
      }
      return Value(attributeElements: strings.map { $0 as! Value.Single })
    }
    let type = try Value.Single.hdf5Type.handle(place)
    let buffer = UnsafeMutablePointer<Value.Single>.allocate(capacity: count)
    defer { buffer.deallocate() }
    _ = try check("H5Aread", place) { H5Aread(attribute.id, type.id, buffer) }
    return Value(attributeElements: Array(UnsafeBufferPointer(start: buffer, count: count)))
  }
}
