/// The content of a PASCAL VOC annotation file.
///
/// Fields may come in any order, unknown ones are passed over, and coordinates may have decimals,
/// as some in VOC2011 do.
///
/// - Source: the VOC development kit (Everingham et al. 2010).
public struct VOCAnnotation: Sendable, Equatable {
  /// An annotated object.
  public struct Object: Sendable, Equatable {
    /// The name of its class.
    public var name = ""
    /// Its outermost pixels, both included, counted from 1 as in the file.
    public var xMin = 0.0, yMin = 0.0, xMax = 0.0, yMax = 0.0
    /// Whether benchmarks leave it out; whether the edge of the picture cuts it; whether something
    /// covers it.
    public var isDifficult = false, isTruncated = false, isOccluded = false
    /// The names of its annotated parts.
    public var parts: [String] = []
  }

  /// The name of the picture file; empty where it is not stated.
  public var filename = ""
  /// The picture's size; 0 where it is not stated.
  public var width = 0, height = 0
  /// The objects, in the order of the file.
  public var objects: [Object] = []

  /// An annotation without objects.
  init() {}

  /// Reads the annotation file at `path`. Declared entities are refused, so that no file can name
  /// another or grow without bound.
  public init(contentsOfFile path: String) throws(DatasetError) {
    let bytes = try contents(of: path, limit: 16 << 20)
    self = try parsedAnnotation(bytes, file: path)
  }
}
