/// The sizes of a tensor along its axes, outermost first. Images are [n, c, h, w].
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The size along each axis.
  public let sizes: [Int]

  /// A shape with these sizes; traps when one is negative.
  public init(_ sizes: [Int]) {
    require(sizes.allSatisfy { $0 >= 0 }, "Shape: a size is negative, \(sizes)")
    self.sizes = sizes
  }

  /// A shape with these sizes.
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }

  /// The number of axes.
  public var rank: Int { sizes.count }
  /// The number of elements.
  public var count: Int { sizes.reduce(1, *) }
  /// The size along `axis`.
  public subscript(axis: Int) -> Int { sizes[axis] }
  /// The number of elements of one image plane: the product of the sizes after the second axis.
  public var plane: Int { sizes.dropFirst(2).reduce(1, *) }

  /// The shape with another size along `axis`.
  public func replacing(_ axis: Int, with size: Int) -> Shape {
    var copy = sizes
    copy[axis] = size
    return Shape(copy)
  }

  /// The shape as written in errors, such as `[8, 3, 224, 224]`.
  public var description: String { "\(sizes)" }
}
