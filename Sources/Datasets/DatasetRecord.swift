/// One picture with its annotations, as it is handed to a `DatasetWriter`.
///
/// Each kind of annotation is given for all records of a dataset or for none; a picture without
/// objects has empty `boxes`. Masks alone may be missing for some.
public struct DatasetRecord: Sendable {
  /// What the picture is called; no two records share it.
  public var id: String
  /// The JPEG or PNG file.
  public var image: [UInt8]
  /// The class of the whole picture.
  public var label: Int?
  /// For each class 1 (present), -1 (absent) or 0 (only difficult objects).
  public var presence: [Int8]?
  /// The objects in the picture.
  public var boxes: [BoxAnnotation]?
  /// A PNG of class indices, of the picture's size.
  public var mask: [UInt8]?

  /// A record of these parts.
  public init(
    id: String, image: [UInt8], label: Int? = nil, presence: [Int8]? = nil,
    boxes: [BoxAnnotation]? = nil, mask: [UInt8]? = nil
  ) {
    (self.id, self.image, self.label) = (id, image, label)
    (self.presence, self.boxes, self.mask) = (presence, boxes, mask)
  }
}
