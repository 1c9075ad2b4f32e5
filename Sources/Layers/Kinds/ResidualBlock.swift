public import Tensors

/// Layers beside a shortcut: max(main(x) + x, 0), or with a projection of x in the place of x where
/// the shapes differ.
///
/// - Source: He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016.
public struct ResidualBlock: StackLayer {
  /// The layers that learn what is added.
  public var main: Stack
  /// What brings the input to the shape of the sum; nil where it has it.
  public var projection: Stack?

  /// A block of these branches.
  public init(main: Stack, projection: Stack? = nil) {
    self.main = main
    self.projection = projection
  }

  /// Itself.
  public var kind: LayerKind { .residual(self) }

  /// The name under which the projection's tensors stand: torchvision's.
  public static let projectionName = "downsample"

  /// Both branches, with what stands before the names of their layers.
  public var branches: [(prefix: String, stack: Stack)] {
    [("", main)] + (projection.map { [("\(Self.projectionName).", $0)] } ?? [])
  }

  /// The block with each branch replaced by what `change` makes of it.
  public func mapBranches(_ change: (Stack) throws -> Stack) rethrows -> ResidualBlock {
    ResidualBlock(main: try change(main), projection: try projection.map(change))
  }

  /// Shapes: [n, ci, h, w] to [n, co, h', w'], what both branches give.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let learned = main.forward(x, &pass)
    return Self.joined(learned, projection?.forward(x, &pass) ?? x)
  }

  /// What becomes of the outputs of main branch and shortcut.
  public static func joined(_ main: Tensor, _ shortcut: Tensor) -> Tensor {
    (main + shortcut).relu()
  }

  /// Visits the main branch under its own names and the projection under `downsample`.
  public mutating func visit(_ visitor: inout some ParameterVisitor) {
    main.visit(&visitor)
    if projection != nil { visitor.part(Self.projectionName, &projection!) }
  }
}
