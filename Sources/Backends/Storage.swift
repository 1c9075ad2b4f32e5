/// The elements of one tensor as a backend holds them.
///
/// A storage is filled once by the kernel that makes it and is not written again, except by the
/// optimizer kernels and the counting of responses, whose caller owns it alone.
public final class Storage {
  /// The logical shape, whatever the layout in memory.
  public let shape: Shape
  /// The type of the elements.
  public let dtype: DType
  /// The memory, owned together with every storage that views it.
  public private(set) var buffer: Buffer
  /// How the elements lie in `buffer`.
  public let layout: Layout
  /// Of a gradient that is zero already where a rectifier's output was not positive: its sums over
  /// channels, by the kernel that made both.
  var rectifiedSums: Storage?

  /// A storage over `buffer`.
  public init(shape: Shape, dtype: DType, buffer: Buffer, layout: Layout = .rowMajor) {
    self.shape = shape
    self.dtype = dtype
    self.buffer = buffer
    self.layout = layout
  }

  /// Whether no other storage views the same memory.
  public var ownsItsBuffer: Bool { isKnownUniquelyReferenced(&buffer) }
}

/// How the elements of a storage lie in memory.
public enum Layout {
  /// Row-major without gaps: what every reader understands.
  case rowMajor
  /// An order that only the backend which made it understands, such as oneDNN's blocked formats or
  /// NHWC on a GPU; the object describes it. Backends reorder it where plain memory is asked for.
  case custom(any AnyObject & Sendable)

  /// Whether the elements lie row-major.
  public var isRowMajor: Bool {
    if case .rowMajor = self { true } else { false }
  }
}
